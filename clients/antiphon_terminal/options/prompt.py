"""Reads the prompt from the argument, a file or stdin, and context from stdin."""

from __future__ import annotations

import os
import select
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from antiphon.model.commands.runs import ContextItem
from antiphon_terminal.files.decode import decoded

if TYPE_CHECKING:
    from typing import BinaryIO

PROMPT_FILE_SUFFIX: Final = ".antiphon.md"
_STDIN_TIMEOUT_S: Final = 2.0
"""How long to wait for stdin beside a prompt: some programs leave an unused pipe open."""


def read_prompt(argument: str | None, file: str | None) -> str:
    """Reads the prompt: `-`, or nothing if stdin is not a terminal, means stdin.

    Raises `click.UsageError` if there is none, or two.
    """
    if argument is not None and file is not None:
        raise click.UsageError("Give the prompt as an argument or with --file, not both.")
    if file is not None and file != "-":
        return decoded(Path(file).read_bytes(), file)
    if argument is not None and argument != "-":
        return argument
    if argument is None and file is None and sys.stdin.isatty():
        raise click.UsageError(
            "There is no prompt. Give one as an argument, with --file, or on stdin."
        )
    return decoded(sys.stdin.buffer.read(), "stdin")


def read_piped_context() -> ContextItem | None:
    """Reads text that is piped in beside a prompt, as context.

    For example `git diff | antiphon ask "…"`. Returns `None` if nothing is piped in.
    """
    stdin = sys.stdin.buffer if sys.stdin is not None else None
    if stdin is None or not _is_piped(stdin):
        return None
    text = decoded(stdin.read(), "stdin")
    return ContextItem(uri="untitled:stdin", text=text) if text.strip() else None


def _is_piped(stdin: BinaryIO) -> bool:
    mode = os.fstat(stdin.fileno()).st_mode
    if stat.S_ISREG(mode):
        return True
    if not stat.S_ISFIFO(mode):
        return False
    if sys.platform == "win32" or select.select([stdin], [], [], _STDIN_TIMEOUT_S)[0]:
        return True
    click.echo(
        f"Nothing arrived on stdin within {_STDIN_TIMEOUT_S:g} s; it is ignored. "
        "Use `--context -` to wait for it, or `< /dev/null`.",
        err=True,
    )
    return False


def read_stdin_context() -> ContextItem:
    """Reads all of stdin as context, without a time limit (`--context -`)."""
    return ContextItem(uri="untitled:stdin", text=decoded(sys.stdin.buffer.read(), "stdin"))


def parse_inputs(assignments: tuple[str, ...]) -> dict[str, str]:
    """Parses `NAME=VALUE` pairs. Raises `click.BadParameter`."""
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name:
            message = f"{assignment!r} is not NAME=VALUE."
            raise click.BadParameter(message, param_hint="--input")
        values[name] = value
    return values

"""Where a prompt comes from: the argument, a file, or stdin; and stdin as context beside it."""

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

_PATIENCE_S: Final = 2.0
"""How long stdin may stay silent beside a prompt: some programs leave a pipe open for nothing."""


def read_prompt(argument: str | None, file: str | None) -> str:
    """The prompt; `-` is stdin, and so is nothing at all where stdin is no terminal.

    Raises `click.UsageError` where there is none, or two.
    """
    if argument is not None and file is not None:
        raise click.UsageError("Give the prompt as an argument or with --file, not both.")
    if file is not None and file != "-":
        return decoded(Path(file).read_bytes(), file)
    if argument is not None and argument != "-":
        return argument
    if argument is None and file is None and sys.stdin.isatty():
        raise click.UsageError("What is the question? Give a prompt, --file, or pipe it in.")
    return decoded(sys.stdin.buffer.read(), "stdin")


def piped_context() -> ContextItem | None:
    """What is piped into a question that has its prompt already: `git diff | antiphon ask "…"`."""
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
    if sys.platform == "win32" or select.select([stdin], [], [], _PATIENCE_S)[0]:
        return True
    click.echo(
        f"Nothing came on stdin within {_PATIENCE_S:g} s; going on without it. "
        "Use `--context -` to wait for it, or `< /dev/null`.",
        err=True,
    )
    return False


def stdin_context() -> ContextItem:
    """All of stdin as context, however long it takes to come (`--context -`)."""
    return ContextItem(uri="untitled:stdin", text=decoded(sys.stdin.buffer.read(), "stdin"))

"""Reads prompt files and pipelines, whose every byte counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from antiphon.model.closest_names import closest_names

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES: Final = 1024 * 1024
"""The server reads no longer ones; they need not be sent to learn that."""
_LIKENESS: Final = 0.6


def read_source(path: Path) -> str:
    """Returns the text of a prompt file or a pipeline, without its byte order mark.

    Raises `click.UsageError` for one that is missing, too large or not UTF-8: an instruction is
    not sent with characters that were replaced.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}.{suggest_file(path)}") from None
    if size > MOST_BYTES:
        raise click.UsageError(f"{path} has {size:,} bytes; at most {MOST_BYTES:,} are read.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{path}:{line}: This is not UTF-8 text from here on. Save it as UTF-8."
        raise click.UsageError(message) from None


def suggest_file(path: Path) -> str:
    """Returns a question that names the file beside it whose name is nearest, or nothing."""
    if not path.parent.is_dir():
        return ""
    names = (each.name for each in path.parent.iterdir() if each.is_file())
    near = closest_names(path.name, names, likeness=_LIKENESS)
    return f" Did you mean {path.parent / near[0]}?" if near else ""

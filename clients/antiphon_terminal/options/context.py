"""`--context FILE[:START-END]`: lines as people count them, turned into a range as LSP counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from antiphon.model.commands.runs import ContextItem
from antiphon.model.conversation.events import Position
from antiphon.model.values.positions import Range

_FILE_AND_LINES: Final = re.compile(r"(?P<file>.+):(?P<start>\d+)(?:-(?P<end>\d+))?")


def context_item(value: str, option: str = "--context") -> ContextItem:
    """The item for `FILE`, `FILE:LINE` or `FILE:START-END`; both ends count, from line 1.

    Lines after the file's last one are left out, so that what is sent is named as it is. Raises
    `click.BadParameter`, which names `option`, where there is no such file, or no such lines in it.
    """
    if Path(value).is_file():
        return ContextItem(uri=_uri(value))
    match = _FILE_AND_LINES.fullmatch(value)
    if match is None or not Path(match["file"]).is_file():
        raise click.BadParameter(
            f"there is no file {(match['file'] if match else value)!r}.", param_hint=option
        )
    start = int(match["start"])
    end = int(match["end"] or start)
    if not 1 <= start <= end:
        raise click.BadParameter(
            f"{value!r} names no lines: they count from 1, and upwards.", param_hint=option
        )
    last = _number_of_lines(match["file"], option)
    if start > max(last, 1):
        have = "1 line" if last == 1 else f"{last:,} lines"
        raise click.BadParameter(f"{match['file']!r} has only {have}.", param_hint=option)
    end = max(start, min(end, last))
    lines = Range(start=Position(line=start - 1, character=0), end=Position(line=end, character=0))
    return ContextItem(uri=_uri(match["file"]), range=lines)


def _number_of_lines(path: str, option: str) -> int:
    """Lines as LSP ends them: at LF, CR LF and CR. Latin-1 reads whatever the encoding is."""
    try:
        with Path(path).open(encoding="latin-1") as file:
            return sum(1 for _ in file)
    except OSError as error:
        raise click.BadParameter(
            f"{path!r} cannot be read: {error.strerror}.", param_hint=option
        ) from None


def _uri(path: str) -> str:
    return Path(path).absolute().as_uri()


_LINES: Final = re.compile(r"(?P<start>[0-9]{1,9})(?:-(?P<end>[0-9]{1,9}))?")


def lines_of(value: str) -> Range:
    """The range of `LINE` or `START-END`; both ends count, from line 1.

    Raises `click.BadParameter`.
    """
    match = _LINES.fullmatch(value)
    start = int(match["start"]) if match else 0
    end = int(match["end"] or start) if match else 0
    if not 1 <= start <= end:
        raise click.BadParameter(
            f"{value!r} names no lines: they count from 1, and upwards.", param_hint="--lines"
        )
    return Range(start=Position(line=start - 1, character=0), end=Position(line=end, character=0))

"""`--context FILE[:START-END]`: lines as people count them, turned into a range as LSP counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from antiphon.model.commands import ContextItem, Range
from antiphon.model.events import Position

_LINES: Final = re.compile(r"(?P<file>.+):(?P<start>\d+)(?:-(?P<end>\d+))?")
_HINT: Final = "--context"


def context_item(value: str) -> ContextItem:
    """The item for `FILE`, `FILE:LINE` or `FILE:START-END`; both ends count, from line 1.

    Raises `click.BadParameter` where there is no such file, or the lines make no range.
    """
    if Path(value).is_file():
        return ContextItem(uri=_uri(value))
    match = _LINES.fullmatch(value)
    if match is None or not Path(match["file"]).is_file():
        raise click.BadParameter(
            f"there is no file {(match['file'] if match else value)!r}.", param_hint=_HINT
        )
    start = int(match["start"])
    end = int(match["end"] or start)
    if not 1 <= start <= end:
        raise click.BadParameter(
            f"{value!r} names no lines: they count from 1, and upwards.", param_hint=_HINT
        )
    lines = Range(start=Position(line=start - 1, character=0), end=Position(line=end, character=0))
    return ContextItem(uri=_uri(match["file"]), range=lines)


def _uri(path: str) -> str:
    return Path(path).absolute().as_uri()

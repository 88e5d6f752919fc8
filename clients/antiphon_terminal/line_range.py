"""`START-END`: lines as people count them, as a range as LSP counts."""

from __future__ import annotations

import re
from typing import Final

import click

from antiphon.model.commands import Range
from antiphon.model.events import Position

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

"""Formats the names of a meter's rows, which differ at any width."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from antiphon_terminal.panes.heading import truncate
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.meter import MeterGroup, MeterRow

MAX_NAME: Final = 60
_TITLED: Final = frozenset({"pane", "session"})
_END_OF_ID: Final = 6
"""Characters of an id's end: those at its beginning are the time, and often equal."""


def format_name(row: MeterRow, group: MeterGroup) -> str:
    """Formats a row's name as `terse, in Why is the sky blue?`.

    A pane's model is added if its title does not contain it.
    """
    if row.label is None:
        return clean_line(row.key) + (" (deleted)" if group in _TITLED else "")
    name = clean_line(row.label)
    if row.model is not None and row.model.rpartition("/")[2] not in row.label:
        name += f", {clean_line(row.model)}"
    return name if row.session_title is None else f"{name}, in {clean_line(row.session_title)}"


def format_names(rows: Sequence[MeterRow], group: MeterGroup, width: int) -> list[str]:
    """Formats the rows' names in at most `width` cells.

    Names that would be equal end with the end of their id.
    """
    names = [truncate(format_name(row, group), width) for row in rows]
    counts = Counter(names)
    return [
        name if counts[name] == 1 else _append_id(format_name(row, group), row.key, width)
        for name, row in zip(names, rows, strict=True)
    ]


def _append_id(name: str, key: str, width: int) -> str:
    mark = f" #{clean_line(key)[-_END_OF_ID:]}"
    return truncate(name, width - len(mark)) + mark

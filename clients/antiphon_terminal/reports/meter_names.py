"""What the rows of a meter are called: so that no two look alike, in whatever room there is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from antiphon_terminal.panes.heading import fit
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.meter import MeterGroup, MeterRow

LONGEST: Final = 60
_TITLED: Final = frozenset({"pane", "session"})
_END_OF_ID: Final = 6
"""Characters of the end of an id: those at its beginning are the time, and alike."""


def name_of(row: MeterRow, group: MeterGroup) -> str:
    """`terse, in Why is the sky blue?`; a pane's model where its title does not say it."""
    if row.label is None:
        return clean_line(row.key) + (" (deleted)" if group in _TITLED else "")
    name = clean_line(row.label)
    if row.model is not None and row.model.rpartition("/")[2] not in row.label:
        name += f", {clean_line(row.model)}"
    return name if row.session_title is None else f"{name}, in {clean_line(row.session_title)}"


def names_of(rows: Sequence[MeterRow], group: MeterGroup, room: int) -> list[str]:
    """The rows' names in at most `room` cells; those that would be alike end in their id's end."""
    names = [fit(name_of(row, group), room) for row in rows]
    seen = Counter(names)
    return [
        name if seen[name] == 1 else _with_id(name_of(row, group), row.key, room)
        for name, row in zip(names, rows, strict=True)
    ]


def _with_id(name: str, key: str, room: int) -> str:
    mark = f" #{clean_line(key)[-_END_OF_ID:]}"
    return fit(name, room - len(mark)) + mark

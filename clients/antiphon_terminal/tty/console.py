"""The rich consoles of this client: text is text, nothing in it is ever taken for markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Row = Sequence[str | tuple[str, str]]
    """Cells, or (cell, style)."""


def stdout() -> Console:
    """A console on stdout; colourless where NO_COLOR is set or nobody looks."""
    return Console(markup=False, emoji=False, highlight=False, soft_wrap=True)


def table(rows: Sequence[Row], *, right: frozenset[int] = frozenset()) -> list[Text]:
    """Rows of cells, or of (cell, style), as lines with aligned columns; empty columns vanish.

    The numbers of the columns in `right` are aligned at their right.
    """
    lines: list[Text] = []
    for cells in _aligned(rows, right):
        line = Text("  ").join(Text(text, style) for text, style in cells)
        line.rstrip()
        lines.append(line)
    return lines


def plain_table(rows: Sequence[Row]) -> list[str]:
    """Returns the lines of `table` without styles, for tens of thousands of rows."""
    return ["  ".join(text for text, _ in cells).rstrip() for cells in _aligned(rows)]


def _aligned(
    rows: Sequence[Row], right: frozenset[int] = frozenset()
) -> Iterator[list[tuple[str, str]]]:
    styled = [[cell if isinstance(cell, tuple) else (cell, "") for cell in row] for row in rows]
    count = max(map(len, styled), default=0)
    widths = [max(cell_len(row[at][0]) for row in styled) for at in range(count)]
    for row in styled:
        yield [
            (_padded(text, widths[at], at_right=at in right), style)
            for at, (text, style) in enumerate(row)
            if widths[at]
        ]


def _padded(text: str, width: int, *, at_right: bool) -> str:
    room = " " * (width - cell_len(text))
    return room + text if at_right else text + room

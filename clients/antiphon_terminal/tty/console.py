"""Makes rich consoles that never read text as markup, and aligns tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Row = Sequence[str | tuple[str, str]]
    """Cells, or (cell, style)."""


def make_stdout_console() -> Console:
    """Returns a console on stdout.

    It has no colours if NO_COLOR is set or stdout is not a terminal.
    """
    return Console(markup=False, emoji=False, highlight=False, soft_wrap=True)


def align_columns(rows: Sequence[Row], *, right: frozenset[int] = frozenset()) -> list[Text]:
    """Aligns rows of cells, or of (cell, style), as lines without empty columns.

    `right` has the indexes of the columns that are aligned right.
    """
    lines: list[Text] = []
    for cells in _aligned(rows, right):
        line = Text("  ").join(Text(text, style) for text, style in cells)
        line.rstrip()
        lines.append(line)
    return lines


def align_plain_columns(rows: Sequence[Row]) -> list[str]:
    """Returns the lines of `align_columns` without styles, for tens of thousands of rows."""
    texts = [[cell if isinstance(cell, str) else cell[0] for cell in row] for row in rows]
    columns = [_pad_column(column) for column in zip(*texts, strict=True)]
    return ["  ".join(cells).rstrip() for cells in zip(*filter(None, columns), strict=True)]


def _pad_column(column: Sequence[str]) -> list[str]:
    """Returns the cells with the width of the widest, or nothing if all are empty."""
    if all(map(str.isascii, column)):  # a cell for each character, and no table to look it up in
        width = max(map(len, column), default=0)
        return [cell.ljust(width) for cell in column] if width else []
    width = max(map(cell_len, column))
    return [_padded(cell, width, at_right=False) for cell in column]


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

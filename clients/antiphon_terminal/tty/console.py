"""The rich consoles of this client: text is text, nothing in it is ever taken for markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence


def stdout() -> Console:
    """A console on stdout; colourless where NO_COLOR is set or nobody looks."""
    return Console(markup=False, emoji=False, highlight=False, soft_wrap=True)


def table(
    rows: Sequence[Sequence[str | tuple[str, str]]], *, right: frozenset[int] = frozenset()
) -> list[Text]:
    """Rows of cells, or of (cell, style), as lines with aligned columns; empty columns vanish.

    The numbers of the columns in `right` are aligned at their right.
    """
    cells = [
        [Text(*cell) if isinstance(cell, tuple) else Text(cell) for cell in row] for row in rows
    ]
    count = max(map(len, cells), default=0)
    widths = [max(row[at].cell_len for row in cells) for at in range(count)]
    lines: list[Text] = []
    for row in cells:
        for at, cell in enumerate(row):
            cell.align("right" if at in right else "left", widths[at])
        line = Text("  ").join(cell for at, cell in enumerate(row) if widths[at])
        line.rstrip()
        lines.append(line)
    return lines

"""Where each pane stands on the screen: pure arithmetic on cells.

Panes stand side by side as far as the width allows and below each other after that. Where they
are too many for that, each is one line; where they are too many even so, the rest is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIN_COLUMN: Final = 38
"""Cells that make a readable column: two of them and their gap fit into 80."""
GAP: Final = 3
_MIN_PANE_HEIGHT: Final = 3
"""A heading and two lines of text."""


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the screen, in cells from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of the first panes, in order; `hidden` panes have none."""

    boxes: tuple[Box, ...]
    compact: bool = False
    hidden: int = 0


def arrange(count: int, width: int, height: int) -> Layout:
    """Boxes for `count` panes in `width` by `height` cells."""
    columns = max(1, min(count, (width + GAP) // (MIN_COLUMN + GAP)))
    rows = -(-count // columns)
    if count and rows * _MIN_PANE_HEIGHT <= height:
        return Layout(tuple(_grid(count, rows, width, height)))
    return _compact(count, columns, width, height)


def _grid(count: int, rows: int, width: int, height: int) -> list[Box]:
    boxes: list[Box] = []
    for row in range(rows):
        # Rows differ by one pane at most, so that no cell of the screen stays empty.
        first, last = row * count // rows, (row + 1) * count // rows
        y = row * height // rows
        tall = (row + 1) * height // rows - y
        boxes += _row(last - first, width, y, tall)
    return boxes


def _row(count: int, width: int, y: int, height: int) -> list[Box]:
    text = width - GAP * (count - 1)
    edges = [index * text // count for index in range(count + 1)]
    return [
        Box(edges[index] + GAP * index, y, edges[index + 1] - edges[index], height)
        for index in range(count)
    ]


def _compact(count: int, columns: int, width: int, height: int) -> Layout:
    rows = min(max(height, 0), -(-count // columns))
    slots = [box for y in range(rows) for box in _row(columns, width, y, 1)]
    shown = min(count, len(slots))
    return Layout(tuple(slots[:shown]), compact=True, hidden=count - shown)

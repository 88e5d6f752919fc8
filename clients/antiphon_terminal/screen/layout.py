"""Arranges panes on the screen, in cells, without I/O.

Panes are side by side if the width allows it, and in rows otherwise. If they are too many for that,
each is one line. If they are still too many, the rest is only counted.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

MIN_COLUMN: Final = 38
"""The cells of a readable column: two of them and their gap fit into 80."""
GAP: Final = 3
_MIN_PANE_HEIGHT: Final = 3
"""A heading and two lines of text."""


class Box(Struct, frozen=True):
    """An area of the screen, in cells from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


class Layout(Struct, frozen=True):
    """The boxes of the first panes, in order. `hidden` panes have none."""

    boxes: tuple[Box, ...]
    compact: bool = False
    hidden: int = 0


def arrange(count: int, width: int, height: int) -> Layout:
    """Returns the layout of `count` panes in `width` by `height` cells."""
    columns = max(1, min(count, (width + GAP) // (MIN_COLUMN + GAP)))
    rows = -(-count // columns)
    if count and rows * _MIN_PANE_HEIGHT <= height:
        return Layout(tuple(_arrange_grid(count, rows, width, height)))
    return _arrange_compact(count, columns, width, height)


def _arrange_grid(count: int, rows: int, width: int, height: int) -> list[Box]:
    boxes: list[Box] = []
    for row in range(rows):
        # Rows differ by one pane at most, so that no cell of the screen stays empty.
        first, last = row * count // rows, (row + 1) * count // rows
        y = row * height // rows
        row_height = (row + 1) * height // rows - y
        boxes += _arrange_row(last - first, width, y, row_height)
    return boxes


def _arrange_row(count: int, width: int, y: int, height: int) -> list[Box]:
    text = width - GAP * (count - 1)
    edges = [index * text // count for index in range(count + 1)]
    return [
        Box(edges[index] + GAP * index, y, edges[index + 1] - edges[index], height)
        for index in range(count)
    ]


def _arrange_compact(count: int, columns: int, width: int, height: int) -> Layout:
    rows = min(max(height, 0), -(-count // columns))
    boxes = [box for y in range(rows) for box in _arrange_row(columns, width, y, 1)]
    shown = min(count, len(boxes))
    return Layout(tuple(boxes[:shown]), compact=True, hidden=count - shown)

"""Where panes stand: inside of the screen, never on each other, side by side where it is wide."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon_terminal.screen.layout import GAP, MIN_COLUMN, Box, arrange


def count_columns(boxes: tuple[Box, ...]) -> int:
    """Counts the boxes of the row that has most."""
    return max(Counter(box.y for box in boxes).values())


@pytest.mark.parametrize(
    ("count", "width", "height", "expected"),
    [
        (1, 80, 23, 1),
        (2, 80, 23, 2),
        (3, 160, 47, 3),
        (3, 60, 23, 1),
        (2, 40, 9, 1),
        (4, 160, 47, 2),
        (8, 200, 50, 4),
    ],
)
def test_columns_follow_from_the_width(count: int, width: int, height: int, expected: int) -> None:
    layout = arrange(count, width, height)
    assert not layout.compact
    assert count_columns(layout.boxes) == expected
    assert len(layout.boxes) == count


@pytest.mark.parametrize(
    ("width", "expected"), [(37, 1), (38, 1), (78, 1), (79, 2), (119, 2), (120, 3)]
)
def test_one_more_column_begins_at_the_first_width_that_fits_it(width: int, expected: int) -> None:
    assert count_columns(arrange(3, width, 9).boxes) == expected
    assert count_columns(arrange(3, width, 1).boxes) == expected


@pytest.mark.parametrize(("height", "compact"), [(5, True), (6, False), (8, False)])
def test_two_rows_need_a_heading_and_two_lines_each(height: int, *, compact: bool) -> None:
    layout = arrange(2, 60, height)
    assert layout.compact == compact
    assert [box.height for box in layout.boxes] == ([1, 1] if compact else [height // 2] * 2)


@pytest.mark.parametrize(("height", "hidden"), [(0, 7), (1, 5), (3, 1), (4, 0), (5, 0)])
def test_lines_that_the_screen_does_not_have_are_counted(height: int, hidden: int) -> None:
    layout = arrange(7, 80, height)
    assert (len(layout.boxes), layout.hidden) == (7 - hidden, hidden)


def test_three_panes_in_a_wide_terminal_stand_side_by_side_at_full_height() -> None:
    boxes = arrange(3, 160, 47).boxes
    assert [box.y for box in boxes] == [0, 0, 0]
    assert {box.height for box in boxes} == {47}
    assert boxes[2].x + boxes[2].width == 160


def test_three_panes_in_a_narrow_terminal_are_stacked() -> None:
    boxes = arrange(3, 40, 9).boxes
    assert [box.x for box in boxes] == [0, 0, 0]
    assert [(box.y, box.height) for box in boxes] == [(0, 3), (3, 3), (6, 3)]


def test_fifty_panes_in_a_small_terminal_become_lines_and_the_rest_is_counted() -> None:
    layout = arrange(50, 80, 23)
    assert layout.compact
    assert len(layout.boxes) == 46
    assert layout.hidden == 4
    assert {box.height for box in layout.boxes} == {1}


@given(st.integers(0, 70), st.integers(1, 300), st.integers(0, 90))
def test_no_box_leaves_the_screen_or_covers_another(count: int, width: int, height: int) -> None:
    layout = arrange(count, width, height)
    assert len(layout.boxes) + layout.hidden == count
    taken: set[tuple[int, int]] = set()
    for box in layout.boxes:
        cells = {
            (x, y)
            for x in range(box.x, box.x + box.width)
            for y in range(box.y, box.y + box.height)
        }
        assert box.x >= 0
        assert box.x + box.width <= width
        assert box.y + box.height <= height
        assert not cells & taken
        taken |= cells


@given(st.integers(1, 30), st.integers(MIN_COLUMN, 300), st.integers(1, 90))
def test_columns_are_never_too_narrow_to_read(count: int, width: int, height: int) -> None:
    assert all(box.width >= MIN_COLUMN for box in arrange(count, width, height).boxes)


@given(st.integers(1, 30), st.integers(80, 300), st.integers(20, 90))
def test_a_grid_leaves_only_gaps_empty(count: int, width: int, height: int) -> None:
    layout = arrange(count, width, height)
    if layout.compact:
        return
    rows: dict[int, list[Box]] = {}
    for box in layout.boxes:
        rows.setdefault(box.y, []).append(box)
    for row in rows.values():
        assert sum(box.width for box in row) + GAP * (len(row) - 1) == width
    assert sum(row[0].height for row in rows.values()) == height

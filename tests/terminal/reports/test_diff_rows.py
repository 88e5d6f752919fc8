"""Rows of a comparison: nothing of either side is lost, and both sides stay in step."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.comparison.diff import TextDiffer
from antiphon.model.commands.comparison import Segment
from antiphon_terminal.reports.diff_rows import (
    Fold,
    Row,
    build_rows,
    fold_equal_rows,
    to_one_column,
)

TEXTS = st.text("ab \n", max_size=60)


def compared(left: str, right: str) -> list[Row]:
    pieces = TextDiffer("word").pieces(left, right)
    return build_rows([Segment(op=op, text=text) for op, text in pieces])


def lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


@given(TEXTS, TEXTS)
def test_each_side_is_its_text_line_by_line(left, right):
    found = compared(left, right)
    assert [row.left.text for row in found if row.left is not None] == lines(left)
    assert [row.right.text for row in found if row.right is not None] == lines(right)


@given(TEXTS, TEXTS)
def test_equal_rows_are_equal_and_only_equal_texts_have_no_others(left, right):
    found = compared(left, right)
    assert all(row.equal for row in found) == (left == right)
    for row in found:
        if row.equal:
            assert row.left is not None
            assert row.right is not None
            assert row.left.text == row.right.text
            assert not any(alone for _, alone in row.left.parts)


def test_a_row_that_differs_says_what_either_side_alone_has():
    [row, added] = compared("a b\n", "a c\nd\n")
    assert row.left is not None
    assert row.right is not None
    assert (row.left.parts, row.right.parts) == (
        [("a ", False), ("b", True)],
        [("a ", False), ("c", True)],
    )
    assert added.left is None
    assert added.right is not None
    assert added.right.parts == [("d", True)]


@given(TEXTS, TEXTS, st.integers(0, 3))
def test_folding_leaves_out_equal_rows_only_and_counts_them(left, right, context):
    found = compared(left, right)
    shown = fold_equal_rows(found, context)
    assert sum(row.count if isinstance(row, Fold) else 1 for row in shown) == len(found)
    changed = [row for row in found if not row.equal]
    assert [row for row in shown if isinstance(row, Row) and not row.equal] == changed


def test_one_column_has_the_left_lines_before_the_right_ones():
    found = to_one_column(fold_equal_rows(compared("a\nb\nc\n", "a\nx\ny\nc\n"), 1))
    marks = [(each[0], each[1].text) for each in found if not isinstance(each, Fold)]
    assert marks == [(" ", "a"), ("-", "b"), ("+", "x"), ("+", "y"), (" ", "c")]


def test_nothing_in_an_answer_drives_the_terminal():
    [row] = build_rows(
        [Segment(op="delete", text="a\x1b[2Jb\u202e"), Segment(op="insert", text="c\r")]
    )
    assert row.left is not None
    assert row.left.text == "ab<U+202E>"

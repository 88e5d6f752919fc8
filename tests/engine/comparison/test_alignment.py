"""Aligning two sequences of tokens."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.comparison import alignment
from antiphon.engine.comparison.alignment import (
    Span,
    align,
    align_around,
    common_overlap,
    common_prefix,
)

TOKENS = st.lists(st.sampled_from(["a", "b", "c", "dd", " "]), max_size=40)


@given(TOKENS, TOKENS)
def test_the_spans_cover_both_sides_and_equal_ones_are_equal(left, right):
    at_left = at_right = 0
    for span in align(left, right):
        assert (span.left_start, span.right_start) == (at_left, at_right)
        old = left[span.left_start : span.left_end]
        new = right[span.right_start : span.right_end]
        assert (old == new) is span.equal or not span.equal
        assert old or new
        at_left, at_right = span.left_end, span.right_end
    assert (at_left, at_right) == (len(left), len(right))


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_the_overlap_is_the_longest_end_that_the_other_begins_with(left, right):
    sizes = range(min(len(left), len(right)) + 1)
    longest = max(size for size in sizes if left[len(left) - size :] == right[:size])
    assert common_overlap(left, right) == longest


@given(st.text("abc_", max_size=30), st.text("abc_", max_size=30))
def test_with_the_gaps_left_out_the_spans_still_cover_both_sides(left, right):
    spans = align_around(left, right, "_")
    assert "".join(left[span.left_start : span.left_end] for span in spans) == left
    assert "".join(right[span.right_start : span.right_end] for span in spans) == right
    for span in spans:
        old = left[span.left_start : span.left_end]
        assert not span.equal or old == right[span.right_start : span.right_end]


def test_a_gap_is_equal_with_the_letter_before_it_and_alone_it_is_no_ground_for_equality():
    assert align_around("a_b_c", "a_x_c", "_") == [
        Span(0, 2, 0, 2, equal=True),
        Span(2, 4, 2, 4, equal=False),
        Span(4, 5, 4, 5, equal=True),
    ]
    assert [span.equal for span in align_around("a_b", "x_y", "_")] == [False]


@given(TOKENS, TOKENS)
def test_equal_and_different_spans_take_turns(left, right):
    kinds = [span.equal for span in align(left, right)]
    assert all(one != next_one for one, next_one in pairwise(kinds))


@given(TOKENS, TOKENS)
def test_a_pair_that_is_too_large_is_cut_at_anchors_and_still_covered(left, right):
    whole = alignment.MOST_CELLS
    alignment.MOST_CELLS = 4
    try:
        spans = align(left, right)
    finally:
        alignment.MOST_CELLS = whole
    old = [token for span in spans for token in left[span.left_start : span.left_end]]
    new = [token for span in spans for token in right[span.right_start : span.right_end]]
    assert (old, new) == (left, right)
    for span in spans:
        if span.equal:
            pair = left[span.left_start : span.left_end], right[span.right_start : span.right_end]
            assert pair[0] == pair[1]


def test_large_texts_without_a_common_end_are_aligned_at_words_that_stand_once():
    left = [f"l{number}" for number in range(5000)]
    right = [f"r{number}" for number in range(5000)]
    left[2500] = right[1200] = "anchor"
    left[4000] = right[4800] = "buoy"
    equal = [span for span in align(left, right) if span.equal]
    assert equal == [
        Span(2500, 2501, 1200, 1201, equal=True),
        Span(4000, 4001, 4800, 4801, equal=True),
    ]


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_the_common_prefix_is_the_longest(head, left, right):
    left, right = head + left, head + right
    length = common_prefix(left, right)
    assert left[:length] == right[:length]
    assert length == min(len(left), len(right)) or left[length] != right[length]


def test_more_kinds_of_tokens_than_letters_are_taken_for_different(monkeypatch):
    monkeypatch.setattr(alignment, "_LAST_LETTER", alignment._FIRST_LETTER + 1)
    assert [span.equal for span in alignment.align(["a", "b"], ["a", "c"])] == [False]
    assert [span.equal for span in alignment.align(["a", "b"], ["a", "b"])] == [True]

"""What two texts share, in pieces that a person can read."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.engine.comparison.diff import TextDiffer, _join_pieces, similarity

WORDS = ["the", "a", "cat", "sat", "mat", ".", "\n", "\n\n", "\r\n", " ", "😀", "猫", "x" * 9]
TEXT = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
GRANULARITY = st.sampled_from(["word", "line", "char"])


def joined(pieces, without: str) -> str:
    return "".join(text for op, text in pieces if op != without)


@given(TEXT, TEXT, GRANULARITY)
@example(left=" ", right="0 ", granularity="word")
def test_the_pieces_rebuild_both_texts_exactly(left, right, granularity):
    pieces = TextDiffer(granularity).pieces(left, right)
    assert joined(pieces, "insert") == left
    assert joined(pieces, "delete") == right
    assert all(text for _, text in pieces)


@given(TEXT, TEXT, GRANULARITY)
def test_neighbours_are_of_different_kinds(left, right, granularity):
    ops = [op for op, _ in TextDiffer(granularity).pieces(left, right)]
    assert all(one != other for one, other in pairwise(ops))


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6), GRANULARITY)
def test_while_texts_grow_every_step_says_what_a_fresh_look_would(steps, granularity):
    growing = TextDiffer(granularity)
    left = right = ""
    for more_left, more_right in steps:
        left, right = left + more_left, right + more_right
        assert growing.pieces(left, right) == TextDiffer(granularity).pieces(left, right)


@given(TEXT)
def test_equal_texts_are_one_piece(text):
    assert TextDiffer("word").pieces(text, text) == ([("equal", text)] if text else [])


def test_a_changed_word_is_changed_whole():
    pieces = TextDiffer("word").pieces("The cat sat on the mat.", "The cats sat on the mat.")
    assert pieces == [
        ("equal", "The "),
        ("delete", "cat"),
        ("insert", "cats"),
        ("equal", " sat on the mat."),
    ]


def test_by_characters_a_changed_word_shows_its_changed_letters():
    pieces = TextDiffer("char").pieces("The cat sat on the mat.", "The cats sat on the mat.")
    assert pieces == [("equal", "The cat"), ("insert", "s"), ("equal", " sat on the mat.")]


def test_by_lines_a_changed_line_is_changed_whole():
    pieces = TextDiffer("line").pieces("one\ntwo\nthree\n", "one\n2\nthree\n")
    assert pieces == [
        ("equal", "one\n"),
        ("delete", "two\n"),
        ("insert", "2\n"),
        ("equal", "three\n"),
    ]


def test_words_that_two_unlike_texts_happen_to_share_are_not_shown_as_equal():
    left = "Quicksort picks a pivot and splits the list around the value."
    right = "Mergesort halves input recursively; then the parts are merged, the cost is n log n."
    assert [op for op, _ in TextDiffer("word").pieces(left, right)][:2] == ["delete", "insert"]
    assert similarity(TextDiffer("word").pieces(left, right)) < 0.2


def test_signs_of_scripts_without_spaces_are_compared_one_by_one():
    pieces = TextDiffer("word").pieces("猫は黒いです。", "犬は黒いです。")
    assert pieces == [("delete", "猫"), ("insert", "犬"), ("equal", "は黒いです。")]


def test_a_blank_line_more_does_not_shift_the_paragraphs_after_it():
    paragraphs = [f"Paragraph {number} says something of its own." for number in range(6)]
    left, right = "\n\n".join(paragraphs), "\n\n\n\n".join(paragraphs)
    assert similarity(TextDiffer("word").pieces(left, right)) > 0.9


@pytest.mark.parametrize("size", [400, 4_000])
def test_texts_with_nothing_in_common_do_not_take_forever(size):
    source = random.Random(1)
    left, right = (
        " ".join(source.choice(["the", "of", "and", f"w{source.random()}"]) for _ in range(size))
        for _ in range(2)
    )
    pieces = TextDiffer("word").pieces(left, right)
    assert joined(pieces, "insert") == left


def test_similarity_goes_from_nothing_to_all():
    assert similarity(TextDiffer("word").pieces("", "")) == 1.0
    assert similarity(TextDiffer("word").pieces("one", "one")) == 1.0
    assert similarity(TextDiffer("word").pieces("one", "two")) == 0.0
    assert similarity(TextDiffer("word").pieces("one", "")) == 0.0


def test_texts_that_repeat_themselves_take_time_by_their_length():
    left = "; " * 200_000
    pieces = TextDiffer("word").pieces(left, left[::-1] + "z")
    assert "".join(text for op, text in pieces if op != "insert") == left


@pytest.mark.parametrize("groups", [5, 200])
def test_a_word_that_returns_between_unlike_ones_is_not_equal_however_long_the_text(groups):
    left, right = "p q r, and " * groups, "u v w; and " * groups
    ops = [op for op, _ in TextDiffer("word").pieces(left, right)]
    assert ops[:2] == ["delete", "insert"]
    assert len(ops) <= 3


def test_pieces_around_a_change_without_text_are_one():
    pieces = [("equal", "a"), ("delete", ""), ("equal", "b"), ("insert", "c"), ("delete", "d")]
    assert _join_pieces(pieces) == [("equal", "ab"), ("delete", "d"), ("insert", "c")]

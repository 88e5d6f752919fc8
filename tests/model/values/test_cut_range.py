"""Places in a text are cut where an editor puts its cursor."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.model.conversation.events import Position
from antiphon.model.values.positions import Range, cut_range

TEXTS = st.text(st.one_of(st.sampled_from("ab\r\n\u2028\u0085😀é"), st.characters()), max_size=20)
PLACES = st.builds(Position, line=st.integers(0, 6), character=st.integers(0, 10))
BREAKS = re.compile(r"\r\n|\r|\n")


def span(first: tuple[int, int], last: tuple[int, int]) -> Range:
    return Range(
        start=Position(line=first[0], character=first[1]),
        end=Position(line=last[0], character=last[1]),
    )


@pytest.mark.parametrize(
    ("text", "first", "last", "part"),
    [
        ("abc", (0, 1), (0, 2), "b"),
        ("a\nbc\nd", (1, 0), (2, 0), "bc\n"),
        ("a\r\nbc\r\nd", (1, 0), (2, 1), "bc\r\nd"),
        ("a\rb\rc", (1, 0), (1, 1), "b"),
        ("a\n\rb", (2, 0), (2, 1), "b"),
        ("a😀b", (0, 1), (0, 3), "😀"),
        ("a😀b", (0, 3), (0, 4), "b"),
        ("é\u2028x", (0, 2), (0, 3), "x"),
        ("a\u0085b", (0, 0), (1, 0), "a\u0085b"),
        ("ab\ncd", (0, 99), (1, 1), "\nc"),
        ("ab", (0, 0), (99, 0), "ab"),
        ("ab", (7, 0), (9, 0), ""),
        ("", (0, 0), (0, 0), ""),
        ("abc", (0, 2), (0, 1), ""),
    ],
)
def test_a_range_is_cut_by_lines_and_utf16_columns(text, first, last, part):
    assert cut_range(text, span(first, last)) == part


@given(TEXTS)
def test_the_range_of_everything_is_everything(text):
    assert cut_range(text, span((0, 0), (len(text) + 1, 0))) == text


@given(TEXTS, PLACES)
def test_a_place_divides_a_text_into_two_parts(text, place):
    before = cut_range(text, Range(start=Position(line=0, character=0), end=place))
    after = cut_range(text, Range(start=place, end=Position(line=999, character=0)))
    assert before + after == text


@given(TEXTS)
def test_a_line_is_what_stands_between_its_ends(text):
    for number, line in enumerate(BREAKS.split(text)):
        assert cut_range(text, span((number, 0), (number, 10**6))) == line

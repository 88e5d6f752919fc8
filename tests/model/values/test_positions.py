"""Lines and UTF-16 columns, against a plain reference."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from antiphon.model.conversation.events import Position
from antiphon.model.values.positions import line_and_character, offset_at

TEXTS = st.text(st.one_of(st.sampled_from("ab\r\n\u2028\u0085😀é"), st.characters()), max_size=20)
PLACES = st.builds(Position, line=st.integers(0, 6), character=st.integers(0, 10))


def places(text: str) -> list[tuple[int, int]]:
    """Where each character of `text` stands, and its end: walked one by one."""
    line, column = 0, 0
    found: list[tuple[int, int]] = []
    for index, character in enumerate(text):
        found.append((line, column))
        ends = character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n")
        column += 2 if ord(character) > 0xFFFF else 1
        line, column = (line + 1, 0) if ends else (line, column)
    return [*found, (line, column)]


@given(TEXTS)
@example("\uffff\U00010000")
def test_the_end_of_a_text_is_where_a_walk_ends(text):
    assert line_and_character(text) == places(text)[-1]


@given(TEXTS)
@example("\uffff\U00010000x")
def test_every_character_is_found_at_its_place(text):
    for index, (line, character) in enumerate(places(text)):
        inside_crlf = text[index - 1 : index + 1] == "\r\n"
        place = Position(line=line, character=character)
        assert offset_at(text, place) == (index - 1 if inside_crlf and index else index)


@given(TEXTS, PLACES, PLACES)
def test_later_places_never_have_smaller_offsets(text, a, b):
    first, second = sorted([a, b], key=lambda place: (place.line, place.character))
    assert 0 <= offset_at(text, first) <= offset_at(text, second) <= len(text)


@given(TEXTS, PLACES)
@example("a\r\n", Position(line=0, character=2))
def test_no_place_stands_between_the_two_halves_of_a_line_end(text, place):
    offset = offset_at(text, place)
    assert text[offset - 1 : offset + 1] != "\r\n" or offset == 0


@pytest.mark.parametrize(
    ("line", "character", "offset"),
    [(0, 0, 0), (0, 1, 1), (0, 2, 1), (0, 3, 2), (0, 99, 3), (1, 0, 4), (1, 5, 5), (10**12, 0, 5)],
)
def test_half_a_pair_is_before_it_and_too_far_is_the_end(line, character, offset):
    assert offset_at("a😀b\nc", Position(line=line, character=character)) == offset

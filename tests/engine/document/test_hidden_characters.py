"""Characters that hide something are found, and those of ordinary text are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.document.hidden_characters import find_hidden_characters


@pytest.mark.parametrize(
    ("character", "code_point", "name"),
    [
        ("\u202e", "U+202E", "right-to-left override"),
        ("\u2066", "U+2066", "left-to-right isolate"),
        ("\u200b", "U+200B", "zero width space"),
        ("\u2028", "U+2028", "line separator"),
        ("\ufeff", "U+FEFF", "zero width no-break space"),
        ("\u3164", "U+3164", "hangul filler"),
        ("\U000e0041", "U+E0041", "tag latin capital letter a"),
        ("\U000e0100", "U+E0100", "variation selector-17"),
        ("\ufe0f", "U+FE0F", "variation selector-16"),
        ("\x1b", "U+001B", "control character"),
        ("\x9b", "U+009B", "control character"),
    ],
)
def test_each_kind_is_named(character, code_point, name):
    (found,) = find_hidden_characters(f"a = 'b{character}'")
    assert (found.code_point, found.name, found.line, found.character) == (code_point, name, 0, 6)


@pytest.mark.parametrize(
    "text", ["a\tb\r\nc\n", "\u00e9\u4e16\u754c \u05d0\u05d1", "\u26a0\ufe0f 1\ufe0f\u20e3", ""]
)
def test_ordinary_text_has_none(text):
    assert find_hidden_characters(text) == []


def test_places_count_as_an_editor_counts():
    found = find_hidden_characters("\r\n\U0001f600\u202ex\r\u200b")
    assert [(each.line, each.character) for each in found] == [(1, 2), (2, 0)]


@given(st.text("a\u200b\n", max_size=300))
def test_the_first_hundred_are_told(text):
    assert len(find_hidden_characters(text)) == min(100, text.count("\u200b"))

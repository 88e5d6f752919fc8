"""Wrapping: no line is too wide, no word is lost, and chunks change nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import get_character_cell_size

from antiphon_terminal.tty.wrap import Wrapper, wrap_line

_TEXT = st.text(alphabet=st.sampled_from("ab  \n漢😀e\u0301-"), max_size=60)


def cells(text: str) -> int:
    return sum(map(get_character_cell_size, text))


@pytest.mark.parametrize(
    ("line", "width", "folded"),
    [
        ("", 5, [""]),
        ("hello", 5, ["hello"]),
        ("hello world", 5, ["hello", "world"]),
        ("hello world", 8, ["hello", "world"]),
        ("incomprehensible", 6, ["incomp", "rehens", "ible"]),
        ("a incomprehensible", 6, ["a", "incomp", "rehens", "ible"]),
        ("    indented code", 8, ["    inde", "nted", "code"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("漢", 1, ["漢"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
    ],
)
def test_folding(line: str, width: int, folded: list[str]) -> None:
    assert list(wrap_line(line, width)) == folded


@given(_TEXT, st.integers(2, 12))
def test_no_line_is_wider_than_asked_and_no_letter_is_lost(text: str, width: int) -> None:
    wrapper = Wrapper(width, 1000)
    wrapper.feed(text)
    lines = wrapper.tail(1000)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(_TEXT, st.integers(2, 12), st.integers(1, 7))
def test_chunks_give_the_same_lines_as_the_whole(text: str, width: int, size: int) -> None:
    whole, chunked = Wrapper(width, 1000), Wrapper(width, 1000)
    whole.feed(text)
    for at in range(0, len(text), size):
        chunked.feed(text[at : at + size])
    assert chunked.tail(1000) == whole.tail(1000)


def test_only_the_last_lines_are_kept() -> None:
    wrapper = Wrapper(10, 3)
    wrapper.feed("\n".join(map(str, range(10_000))) + "\n")
    assert wrapper.tail(5) == ["9997", "9998", "9999"]
    assert wrapper.tail(0) == []


def test_a_tab_is_four_cells() -> None:
    wrapper = Wrapper(20, 10)
    wrapper.feed("\tx")
    assert wrapper.tail(1) == ["    x"]

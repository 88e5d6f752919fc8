"""Streamed text breaks at words, and stays the text that it was."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from antiphon_terminal.tty.word_flow import WordFlow

_TEXT = st.text(alphabet=st.sampled_from("abc  \n漢é|"), max_size=60)


def flowed(text: str, width: int, size: int = 1000) -> str:
    flow = WordFlow(width)
    parts = [flow.feed(text[at : at + size]) for at in range(0, len(text), size)]
    return "".join([*parts, flow.flush()])


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("hello world", 20, "hello world"),
        ("hello world", 8, "hello\nworld"),
        ("hello  world", 11, "hello\nworld"),
        ("one two\nthree", 5, "one\ntwo\nthree"),
        ("    def f(a, b): return a", 10, "    def f(a, b): return a"),
        ("| a cell | another |\nmore words", 8, "| a cell | another |\nmore\nwords"),
        ("漢字漢字", 5, "漢字\n漢字"),
        ("incomprehensible", 5, "incomprehensible"),
    ],
)
def test_where_lines_break(text: str, width: int, expected: str) -> None:
    assert flowed(text, width) == expected


@given(_TEXT, st.integers(2, 20), st.integers(1, 6))
def test_chunks_change_nothing_and_no_word_is_lost(text: str, width: int, size: int) -> None:
    whole = flowed(text, width)
    assert flowed(text, width, size) == whole
    assert "".join(whole.split()) == "".join(text.split())


@given(_TEXT, st.integers(2, 20))
def test_only_a_single_word_code_and_tables_are_wider_than_the_terminal(
    text: str, width: int
) -> None:
    lines = flowed(text, width).split("\n")
    wide = [line for line in lines if cell_len(line) > width and line[0] not in " |"]
    assert all(re.fullmatch("[^ 漢]+", line) for line in wide)


def test_a_word_waits_for_its_end_and_a_pause_lets_it_go() -> None:
    flow = WordFlow(80)
    assert flow.feed("a wo") == "a"
    assert flow.feed("rd ") == " word"
    assert flow.feed("and") == ""
    assert flow.flush() == " and"

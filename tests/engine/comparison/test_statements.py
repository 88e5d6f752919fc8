"""Cutting an answer into statements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.comparison.statements import split_statements

MARKS = ["- ", "1. ", "\n", "\n\n", "```", "~~~\n", "# ", "> ", "| a | b |", "---", "Yes. ", "No! "]


def texts(content: str) -> list[str]:
    return [passage.text for passage in split_statements(content)]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(MARKS), max_size=30).map("".join)))
def test_every_statement_stands_where_it_says_and_none_overlap(content):
    last = 0
    for passage in split_statements(content):
        assert content[passage.start : passage.end] == passage.text
        assert passage.start >= last
        last = passage.end


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("One is odd. Two is even!", ["One is odd.", "Two is even!"]),
        ("A line\nand its end. Next", ["A line\nand its end.", "Next"]),
        ("- first\n- second\n  goes on", ["first", "second\n  goes on"]),
        ("1. Do it. Then rest.\n2) Again", ["Do it.", "Then rest.", "Again"]),
        ("- [x] done", ["done"]),
        ("# Title\n\nText", ["Text"]),
        ("**Pros:**\n- Fast", ["Fast"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["| a | b |", "| 1 | 2 |"]),
        ("Use it, e.g. Here. Dr. Who knows.", ["Use it, e.g. Here.", "Dr. Who knows."]),
        ("Version 3.5 is out. It is 1.2x faster.", ["Version 3.5 is out.", "It is 1.2x faster."]),
        ("> quoted. Yes.", ["quoted.", "Yes."]),
        ("これは猫です。犬ではない。", ["これは猫です。", "犬ではない。"]),
        ("***\n...\n!!", []),
        ("", []),
    ],
)
def test_statements_are_sentences_points_and_rows(content, found):
    assert texts(content) == found


@pytest.mark.parametrize(
    "endless", [" " * 50_000 + "x", "-" * 50_000 + "x", "." * 200_000 + "x", "!" * 200_000 + "x"]
)
def test_a_model_that_repeats_itself_for_ever_takes_no_time(endless):
    assert texts(endless) == [endless.strip()]


def test_a_block_of_code_is_one_statement():
    content = "Run this:\n\n```py\nprint(1). Then\n\nprint(2)\n```\nDone."
    found = split_statements(content)
    assert [passage.is_code for passage in found] == [False, True, False]
    assert found[1].text == "```py\nprint(1). Then\n\nprint(2)\n```"


def test_a_block_of_code_that_was_cut_off_goes_to_the_end():
    assert texts("```\na\nb") == ["```\na\nb"]

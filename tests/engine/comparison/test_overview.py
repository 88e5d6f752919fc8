"""The overview of several answers as a document."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.comparison.consensus import find_consensus
from antiphon.engine.comparison.overview import overview
from antiphon.engine.document.render import code_blocks

ANSWERS = [
    "Use an index on the table. Name all the columns yourself.",
    "Use an index on the table. Name all the columns yourself. Buy more memory.",
    "Use an index on the table.",
]


def test_what_all_some_and_one_say_stands_under_headings_of_their_own():
    text = overview(["one", "two", "three"], find_consensus(ANSWERS))
    assert "## All 3 say\n\n- Use an index on the table.\n" in text
    assert "## Some say\n\n- Name all the columns yourself. (one, two)\n" in text
    assert "## two alone says\n\n- Buy more memory.\n" in text
    assert "## one alone says" not in text
    assert "nearly the same words" in text


def test_a_heading_without_statements_is_left_out():
    text = overview(["one", "two"], find_consensus(["Yes indeed.", "Never ever."]))
    assert "## All" not in text
    assert "## Some" not in text


def test_code_that_an_answer_left_open_does_not_swallow_what_follows():
    text = overview(["one", "two"], find_consensus(["```py\nx = 1\n", "Something else."]))
    (block,) = code_blocks(text)
    assert not block.open_fence
    assert text.endswith("## two alone says\n\n- Something else.\n")


def test_a_title_is_one_line():
    text = overview(["o\n# ne", "two"], find_consensus(["Yes indeed.", "Never ever."]))
    assert "o # ne, two: 0% agreement." in text


@given(st.lists(st.text("ab. \n`~-#|", max_size=60), min_size=2, max_size=4))
def test_no_answer_leaves_the_document_in_a_block_of_code(answers):
    text = overview([f"m{at}" for at in range(len(answers))], find_consensus(answers))
    assert not any(block.open_fence for block in code_blocks(text))

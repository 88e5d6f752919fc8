"""A quote that grows: every line has its mark, and what streams is what is rendered."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.document.block_quote import blank_line_after, to_block_quote

TEXTS = st.text(st.sampled_from("ab >\n\r\u2028€"), max_size=12)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("", ""),
        ("a", "> a"),
        ("a\nb", "> a\n> b"),
        ("a\n\nb\n", "> a\n>\n> b\n"),
        ("a\r\nb\rc", "> a\r\n> b\r> c"),
        ("\n", ">\n"),
        ("a\u2028b", "> a\u2028b"),
        ("```\ncode", "> ```\n> code"),
    ],
)
def test_each_line_has_its_mark(text, quote):
    assert to_block_quote(text) == quote


@given(st.lists(TEXTS))
def test_pieces_joined_are_the_quote_of_the_whole(pieces):
    shown, before = "", ""
    for piece in pieces:
        shown += to_block_quote(piece, before)
        before += piece
    assert shown == to_block_quote("".join(pieces))


@given(TEXTS.filter(bool))
def test_what_follows_a_blank_line_is_no_part_of_the_quote(text):
    whole = to_block_quote(text) + blank_line_after(text)
    lines = re.split(r"\r\n|\r|\n", whole)
    assert lines[-2:] == ["", ""]
    assert all(line.startswith(">") for line in lines[:-2])

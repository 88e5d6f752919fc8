"""Thinking on its way to the document: arrived, stored, shown, and ended by a blank line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.document.block_quote import to_block_quote
from antiphon.engine.document.render import THINKING, thinking
from antiphon.engine.pane.live_reasoning import LiveReasoning
from antiphon.model.conversation.message import Message


def test_nothing_is_shown_before_it_is_stored():
    live = LiveReasoning()
    assert live.add("Let me see")
    assert not live.waits
    assert live.take() == "Let me see"
    assert not live.waits
    live.put()
    assert live.waits
    assert live.show() == "> **Thinking**\n>\n> Let me see"
    assert not live.waits


def test_only_the_first_piece_has_the_head_and_is_announced_as_first():
    live = LiveReasoning()
    assert live.add("a")
    assert not live.add("b")
    live.take()
    live.put()
    live.show()
    live.add("c\n")
    live.take()
    live.put()
    assert live.show() == "c\n"
    assert (live.text, live.shown) == ("abc\n", "abc\n")


def test_the_blank_line_comes_once_and_only_after_something_was_shown():
    live = LiveReasoning()
    assert live.end() == ""
    live.add("a")
    assert live.end() == ""
    live.take()
    live.put()
    live.show()
    assert live.end() == "\n\n"
    assert live.end() == ""


def test_a_long_thought_is_shown_in_pieces():
    live = LiveReasoning()
    live.add("x" * 100_000)
    live.take()
    live.put()
    pieces = []
    while live.waits:
        pieces.append(live.show())
    assert len(pieces) == 4
    assert "".join(pieces) == THINKING + to_block_quote("x" * 100_000)


@given(st.lists(st.text("ab\r\n`>", min_size=1, max_size=6), min_size=1))
def test_what_is_shown_in_pieces_is_what_the_document_renders(pieces):
    live, shown = LiveReasoning(), ""
    for piece in pieces:
        live.add(piece)
        live.take()
        live.put()
        shown += live.show()
    message = Message(
        id="m",
        pane_id="p",
        role="assistant",
        content="",
        status="streaming",
        created_at="now",
        reasoning=live.text,
    )
    assert shown == thinking(message)
    assert shown + live.end() == thinking(message.model_copy(update={"content": "x"}))

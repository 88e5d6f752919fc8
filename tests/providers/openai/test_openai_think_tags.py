"""Thinking inside the text is told apart at the answer's beginning only, however it is cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.ports.deltas import Finished, Note, Reasoning, Text
from antiphon.providers.openai.answer import OpenAIStream
from antiphon.providers.openai.think_tags import NEVER_CLOSED


def said(text=None, finish=None, **delta):
    choice = {"delta": {"content": text, **delta}, "finish_reason": finish}
    return b"", json.dumps({"choices": [choice]}).encode()


def read(pieces, finish="stop", *, think_tags=True, **first):
    """The thinking, the text and the notes of an answer that came in these reads."""
    answer = OpenAIStream("local", str, 10_000, think_tags=think_tags)
    deltas = []
    for index, piece in enumerate(pieces):
        deltas += answer.feed([said(piece, **(first if index == 0 else {}))])
    if finish:
        deltas += answer.feed([said(finish=finish)])
    deltas += answer.end()
    thinking = "".join(d.text for d in deltas if isinstance(d, Reasoning))
    text = "".join(d.text for d in deltas if isinstance(d, Text))
    ends = [index for index, d in enumerate(deltas) if isinstance(d, Finished)]
    texts = [index for index, d in enumerate(deltas) if isinstance(d, Text | Reasoning)]
    assert not ends or not texts or texts[-1] < ends[0]
    return thinking, text, [d.note for d in deltas if isinstance(d, Note)]


@pytest.mark.parametrize(
    ("whole", "thinking", "text"),
    [
        ("<think>\nHm.\n</think>\n\nFour.", "Hm.", "Four."),
        ("\n <think>Hm</think>Four.", "Hm", "Four."),
        ("<think>\n\n</think>\n\nFour.", "", "Four."),
        ("[THINK]Hm[/THINK]Four.", "Hm", "Four."),
        ("<think>a </think b</think> c </think>", "a </think b", "c </think>"),
        ("Four <think>no</think>", "", "Four <think>no</think>"),
        ("<thinking>no</thinking>", "", "<thinking>no</thinking>"),
        ("<thin", "", "<thin"),
        ("  \n", "", "  \n"),
        ("four", "", "four"),
        ("<think>Hm</think>", "Hm", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_only_a_tag_that_begins_the_answer_counts(whole, thinking, text, size):
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    assert read(pieces) == (thinking, text, [])


@given(
    st.text("ab <>/think\n", max_size=30).filter(lambda text: "</think>" not in text),
    st.text("ab <>/think\n", min_size=1, max_size=30),
    st.lists(st.integers(1, 9), min_size=1),
)
def test_in_whatever_pieces_it_comes_nothing_is_lost_but_the_tags(thought, answer, sizes):
    whole = f"<think>{thought}</think>{answer}"
    pieces, at = [], 0
    while at < len(whole):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(whole[at : at + size])
        at += size
    thinking, text, notes = read(pieces)
    assert thinking == thought.lstrip("\r\n").rstrip()
    assert text == answer.lstrip()
    assert notes == []


def test_a_tag_that_is_never_closed_by_a_model_that_is_done_takes_nothing_from_the_answer():
    _, text, notes = read(["<think>", "is a tag"])
    assert (text, notes) == ("<think>is a tag", [NEVER_CLOSED])


@pytest.mark.parametrize("finish", ["length", None])
def test_a_model_that_was_cut_while_it_thought_has_said_nothing(finish):
    assert read(["<think>Hm ", "or </th"], finish) == ("Hm or </th", "", [])


def test_where_the_vendor_tells_thinking_apart_its_tags_are_text():
    whole = ["<think>x</think>y"]
    assert read(whole, think_tags=False) == ("", "<think>x</think>y", [])
    assert read(["", *whole], reasoning_content="Hm") == ("Hm", "<think>x</think>y", [])


def test_ordinary_text_is_not_held_up():
    answer = OpenAIStream("local", str, 1_000)
    assert answer.feed([said("F")]) == [Text("F")]
    assert answer.feed([said("<think>")]) == [Text("<think>")]

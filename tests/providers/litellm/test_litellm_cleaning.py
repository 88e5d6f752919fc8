"""Streams of events as litellm is given them, however the network cut them."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.answers.finish_reasons import Word
from antiphon.providers.litellm.worker.sse_normalizer import SseNormalizer

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def event(value: object, end: str = "\n\n") -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}{end}".encode()


def chunk(text: str | None = None, reason: str | None = None) -> dict:
    return {"choices": [{"delta": {"content": text}, "finish_reason": reason}]}


def cleaned(data: bytes, cuts: list[int] | None = None) -> tuple[SseNormalizer, bytes]:
    cleaning = SseNormalizer()
    places = sorted({0, len(data), *(at % (len(data) + 1) for at in cuts or [])})
    pieces = [data[start:end] for start, end in pairwise(places)]
    return cleaning, b"".join(part for piece in pieces for part in cleaning.feed(piece))


def texts(plain: bytes) -> list[str]:
    """What a reader gets that takes anything for the end of a line."""
    lines = [line.removeprefix("data: ") for line in plain.decode().splitlines() if line]
    return [json.loads(line)["choices"][0]["delta"]["content"] for line in lines]


@given(st.lists(TEXTS), st.lists(st.integers(0, 10_000)), st.sampled_from(["\n\n", "\r\r", "\r\n"]))
def test_any_text_in_any_cutting_is_one_line_an_event(said, cuts, end):
    end = end if end != "\r\n" else "\r\n\r\n"
    stream = b"\xef\xbb\xbf: hello\n" + b"".join(event(chunk(text), end) for text in said)
    cleaning, plain = cleaned(stream, cuts)
    assert texts(plain) == said
    assert not cleaning.over
    assert not cleaning.lossy
    assert b"[DONE]" not in plain


def test_the_end_comes_apart_from_what_follows():
    cleaning = SseNormalizer()
    first, second = cleaning.feed(event(chunk("a")) + event(chunk(None, "stop")) + event({"x": 1}))
    assert b'"stop"' in first
    assert b'"x"' in second
    assert (cleaning.known, cleaning.word) == (True, Word("stop"))


@pytest.mark.parametrize(
    "error",
    [
        b'data: {"error": {"message": "x"}}\n\n',
        b'event: error\ndata: {"message": "x"}\n\n',
        b"event: error\ndata: broken\n\n",
        b'data: {"type": "error", "message": "x"}\n\n',
        b'data: {"object": "error", "message": "x"}\n\n',
    ],
)
def test_nothing_after_an_error_is_handed_on(error):
    cleaning, plain = cleaned(event(chunk("a")) + error + event(chunk("b")))
    assert texts(plain) == ["a"]
    assert cleaning.error_event is not None


def test_text_about_errors_is_text():
    cleaning, plain = cleaned(event(chunk('{"error": "x"}')) + event(chunk('the "error" key')))
    assert texts(plain) == ['{"error": "x"}', 'the "error" key']
    assert cleaning.error_event is None


def test_up_to_three_unreadable_events_are_left_out_and_a_fourth_ends_it():
    stream = event(chunk("a")) + b"data: {oops\n\n" * 3 + event(chunk("b"))
    cleaning, plain = cleaned(stream)
    assert (texts(plain), cleaning.unreadable, cleaning.broken) == (["a", "b"], 3, "")
    cleaning.feed(b"data: null\n\n")
    assert "More than 3 lines" in cleaning.broken


def test_bytes_that_are_no_text_are_replaced_and_said():
    cleaning, plain = cleaned(b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n')
    assert texts(plain) == ["\ufffd"]
    assert cleaning.lossy


def test_a_stream_that_is_no_json_is_handed_on_as_it_is():
    cleaning, plain = cleaned(b"event: output\ndata: hello\ndata: you\n\ndata: [DONE]\n\n")
    assert plain == b"event: output\ndata: hello\ndata: you\n\ndata: [DONE]\n\n"
    assert (cleaning.done, cleaning.known, cleaning.unreadable) == (True, False, 0)


def test_unreadable_events_after_the_end_are_counted_and_change_nothing_else():
    usage = {"choices": [], "usage": {"prompt_tokens": 3}}
    cleaning, plain = cleaned(
        event(chunk("a")) + event(chunk(None, "stop")) + b"data: {oops\n\n" * 5 + event(usage)
    )
    assert b'"usage"' in plain
    assert (cleaning.over, cleaning.unreadable, cleaning.word) == (False, 5, Word("stop"))

"""Whatever the pieces in which the pipe brings them, the messages are what was sent."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.answers.finish_reasons import Word
from antiphon.providers.litellm.frames import (
    MAX_FRAME_BYTES,
    FrameDecoder,
    FrameError,
    encode_frame,
)
from antiphon.providers.litellm.messages import (
    AnswerText,
    Ask,
    Cancel,
    Closed,
    Ended,
    Failed,
    Opened,
    Patience,
    Pause,
    Ready,
    Resume,
    StreamNote,
    UsageCounted,
    decode_for_worker,
    decode_from_worker,
    encode,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
STREAMS = st.integers(0, 2**40)
TO_WORKER = st.one_of(
    st.builds(
        Ask,
        stream=STREAMS,
        model=TEXTS,
        turns=st.lists(st.tuples(TEXTS, TEXTS), max_size=3),
        params=st.dictionaries(TEXTS, st.integers(-5, 5) | TEXTS | st.booleans(), max_size=3),
        patience=st.just(Patience(1.0, 2.0, 3.0)),
        key=TEXTS | st.none(),
        base_url=TEXTS | st.none(),
        headers=st.dictionaries(TEXTS, TEXTS, max_size=3),
    ),
    st.builds(Cancel, STREAMS),
    st.builds(Pause, STREAMS),
    st.builds(Resume, STREAMS),
)
FROM_WORKER = st.one_of(
    st.just(Ready()),
    st.builds(Opened, STREAMS),
    st.builds(AnswerText, STREAMS, TEXTS, st.booleans()),
    st.builds(UsageCounted, STREAMS, st.dictionaries(TEXTS, st.integers(0, 9), max_size=3)),
    st.builds(StreamNote, STREAMS, TEXTS),
    st.builds(Ended, STREAMS, st.builds(Word, TEXTS, TEXTS, st.none() | TEXTS, TEXTS)),
    st.builds(Failed, STREAMS, st.just("answer"), TEXTS, st.none() | st.integers(400, 599)),
    st.builds(Closed, STREAMS),
)


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(at % (len(data) + 1) for at in cuts)})
    return [data[start:end] for start, end in pairwise(places)]


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(0, 10_000)))
def test_frames_survive_any_cutting(bodies, cuts):
    decoder = FrameDecoder()
    pieces = cut(b"".join(map(encode_frame, bodies)), cuts)
    assert [body for piece in pieces for body in decoder.feed(piece)] == bodies


@given(st.lists(st.lists(FROM_WORKER, max_size=4), max_size=4), st.lists(st.integers(0, 10_000)))
def test_batches_from_the_worker_survive_any_cutting(batches, cuts):
    decoder = FrameDecoder()
    pieces = cut(b"".join(encode_frame(encode(batch)) for batch in batches), cuts)
    bodies = [body for piece in pieces for body in decoder.feed(piece)]
    assert [decode_from_worker(body) for body in bodies] == batches


@given(st.lists(TO_WORKER, max_size=4))
def test_what_the_worker_is_told_arrives_as_it_was(messages):
    assert decode_for_worker(encode(messages)) == messages


@given(st.binary(max_size=200))
def test_any_bytes_are_frames_or_an_error_and_nothing_else(data):
    try:
        bodies = FrameDecoder().feed(data)
    except FrameError:
        return
    assert sum(map(len, bodies)) <= len(data)


def test_a_length_that_no_frame_can_have_is_refused_before_it_is_waited_for():
    with pytest.raises(FrameError):
        FrameDecoder().feed((MAX_FRAME_BYTES + 1).to_bytes(4, "big"))


def test_half_of_a_surrogate_pair_cannot_be_sent():
    with pytest.raises(UnicodeEncodeError):
        encode([StreamNote(1, "\ud83d")])


def test_neither_keys_nor_texts_show_in_a_repr():
    ask = Ask(1, "m", [("user", "prompt")], {}, Patience(), key="secret-key", headers={"x": "y"})
    assert "secret" not in repr(ask)
    assert "prompt" not in repr(ask)
    assert "answer" not in repr(AnswerText(1, "answer"))

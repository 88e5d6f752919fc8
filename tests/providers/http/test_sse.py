"""Server-sent events: exact for arbitrary bytes in arbitrary pieces."""

from __future__ import annotations

import itertools
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.providers.http.sse import Event, SseDecoder

LINES = rb"data|data:|data: |event:|event: error|id: 1|x|:| |{}".split(b"|")
ODD = [b"\r", b"\n", b"\r\n", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"\xff"]
SOUP = st.lists(st.sampled_from([*LINES, *ODD]), max_size=40).map(b"".join)
CUTS = st.lists(st.integers(0, 400), max_size=12)


def by_the_rule(stream: bytes) -> list[Event]:
    """The WHATWG algorithm, word by word, on the whole stream."""
    lines = re.split(rb"\r\n|\n|\r", stream.removeprefix(b"\xef\xbb\xbf"))
    events: list[Event] = []
    name, data = b"", b""
    for line in lines[:-1]:
        if not line:
            if data:
                events.append((name, data.removesuffix(b"\n")))
            name, data = b"", b""
        elif not line.startswith(b":"):
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if field == b"event":
                name = value
            elif field == b"data":
                data += value + b"\n"
    return events


def decoded(stream: bytes, cuts: list[int]) -> list[Event]:
    decoder = SseDecoder()
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[start:end] for start, end in itertools.pairwise(edges)]
    return [event for piece in pieces for event in decoder.feed(piece)]


@settings(max_examples=600, deadline=None)
@given(SOUP, CUTS)
def test_any_bytes_in_any_pieces_decode_as_the_rule_says(stream: bytes, cuts: list[int]) -> None:
    assert decoded(stream, cuts) == by_the_rule(stream)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=20), st.sampled_from(["\n", "\r", "\r\n"]), st.booleans())),
    CUTS,
    st.booleans(),
)
def test_any_text_in_any_pieces_arrives_exactly(
    events: list[tuple[str, str, bool]], cuts: list[int], bom: bool
) -> None:
    stream = "\ufeff" if bom else ""
    for text, end, escaped in events:
        stream += f": ping{end}data: {json.dumps(text, ensure_ascii=escaped)}{end}{end}"
    found = decoded(stream.encode(), cuts)
    assert [json.loads(data) for _, data in found] == [text for text, _, _ in events]


def test_no_two_cuts_anywhere_change_what_is_decoded() -> None:
    stream = "\ufeffdata: €😀\r\n\r\n:\rdata:b\rdata\r\revent: error\r\ndata: ü\u2028\n\n".encode()
    whole = by_the_rule(stream)
    assert whole == [(b"", "€😀".encode()), (b"", b"b\n"), (b"error", "ü\u2028".encode())]
    for cuts in itertools.combinations_with_replacement(range(len(stream) + 1), 2):
        assert decoded(stream, list(cuts)) == whole


def test_an_event_without_its_blank_line_is_not_delivered() -> None:
    assert decoded(b"data: a\n\ndata: b\n", []) == [(b"", b"a")]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_line_over_the_limit_stops_decoding_after_what_came_before(size: int) -> None:
    decoder = SseDecoder(max_line_bytes=100)
    stream = b"data: a\n\ndata: " + b"x" * 200 + b"\n\ndata: b\n\n"
    found = [e for at in range(0, len(stream), size) for e in decoder.feed(stream[at : at + size])]
    assert found == [(b"", b"a")]
    assert decoder.overflow


def test_many_short_lines_of_one_event_count_together() -> None:
    decoder = SseDecoder(max_line_bytes=100)
    assert decoder.feed(b"data: 12345\n" * 50) == []
    assert decoder.overflow


def test_lines_up_to_the_limit_are_taken_however_long_the_stream_is() -> None:
    decoder = SseDecoder(max_line_bytes=100)
    line = b"data: " + b"x" * 94
    assert len(decoder.feed((line + b"\n\n") * 50)) == 50
    assert not decoder.overflow


@pytest.mark.parametrize(("size", "overflows"), [(100, False), (101, True)])
def test_a_line_is_measured_with_its_last_piece(size: int, overflows: bool) -> None:
    decoder = SseDecoder(max_line_bytes=100)
    line = b"data: " + b"x" * (size - 6)
    assert decoder.feed(b"data: a\n\n" + line[:90]) == [(b"", b"a")]
    assert not decoder.overflow
    found = decoder.feed(line[90:] + b"\n\ndata: b\n\n")
    assert found == ([] if overflows else [(b"", line[6:]), (b"", b"b")])
    assert decoder.overflow == overflows


@pytest.mark.parametrize(("size", "overflows"), [(100, False), (101, True)])
def test_the_lines_of_each_event_are_measured_with_the_ends_between_them(
    size: int, overflows: bool
) -> None:
    decoder = SseDecoder(max_line_bytes=100)
    event = b"data: " + b"x" * 50 + b"\ndata: " + b"y" * (size - 51) + b"\n\n"
    found = [each for _ in range(3) for each in decoder.feed(event)]
    assert len(found) == (0 if overflows else 3)
    assert decoder.overflow == overflows

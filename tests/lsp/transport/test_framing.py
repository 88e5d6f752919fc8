"""Frames from bytes, however they are cut and whatever they are."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.lsp.transport.framing import MAX_BODY_BYTES, FrameParser, FramingError, encode_frame

GOOD = encode_frame(b'{"good":1}')


def parse(data: bytes, parser: FrameParser | None = None) -> list[bytes | FramingError]:
    return list((parser or FrameParser()).feed(data))


def bodies(items: list[bytes | FramingError]) -> list[bytes]:
    return [item for item in items if isinstance(item, bytes)]


@st.composite
def header_blocks(draw: st.DrawFn, body: bytes) -> bytes:
    """One frame in any spelling that the specification, or a careless client, allows."""
    name = draw(st.sampled_from([b"Content-Length", b"content-length", b"CONTENT-LENGTH"]))
    space = draw(st.sampled_from([b"", b" ", b"\t "]))
    end = draw(st.sampled_from([b"\r\n", b"\n"]))
    lines = [name + b":" + space + b"%d" % len(body)]
    if draw(st.booleans()):
        content_type = b"Content-Type: application/vscode-jsonrpc; charset=utf-8"
        lines.insert(draw(st.integers(0, 1)), content_type)
    blank = draw(st.sampled_from([b"", b"\r\n", b"\n"]))
    return blank + end.join([*lines, b"", b""]) + body


@given(data=st.data(), contents=st.lists(st.binary(max_size=200), max_size=8))
def test_any_messages_in_any_chunks_come_out_whole_and_in_order(data, contents):
    wire = b"".join(data.draw(header_blocks(body)) for body in contents)
    parser, found = FrameParser(), []
    while wire:
        size = data.draw(st.integers(1, len(wire)))
        found += parse(wire[:size], parser)
        wire = wire[size:]
    assert found == contents
    assert parser.at_boundary


@given(st.binary(max_size=400), st.integers(1, 50))
def test_no_bytes_at_all_raise_or_hang_the_parser(data, size):
    parser = FrameParser()
    for start in range(0, len(data), size):
        assert all(
            isinstance(item, bytes | FramingError)
            for item in parse(data[start : start + size], parser)
        )


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 99999999999999999999\r\n\r\n",
        b"Content-Length: 1099511627776\r\n\r\n",
        b"Content-Length: 1" + b"0" * 30 + b"\r\n\r\n",
        b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"Content-Length: -5\r\n\r\nhello",
        b"Content-Length: +5\r\n\r\nhello",
        b"Content-Length: 5.0\r\n\r\nhello",
        b"Content-Length: 0x5\r\n\r\nhello",
        b"Content-Length: five\r\n\r\nhello",
        b"Content-Length:\r\n\r\nhello",
        b"Content-Length: \xc2\xb2\r\n\r\nhello",
        b"Content-Length: 5 5\r\n\r\nhello",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"Content-Type: text/plain\r\n\r\nhello",
        b"Content Length: 5\r\n\r\nhello",
        b": 5\r\n\r\nhello",
        b'{"jsonrpc":"2.0","id":1,"method":"shutdown"}\r\n',
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x00\x01\x02\r\n",
        b"x" * 20_000,
        b"A: b\r\n" * 100 + b"\r\n",
    ],
    ids=lambda header: re.sub(rb"[^\w: .+-]", b"?", header[:28]).decode(),
)
def test_a_damaged_header_is_reported_once_and_the_next_frame_is_found(header):
    for size in (1, 7, len(header) + len(GOOD)):
        parser, items = FrameParser(), []
        wire = header + GOOD + GOOD
        for start in range(0, len(wire), size):
            items += parse(wire[start : start + size], parser)
        assert [type(item) for item in items] == [FramingError, bytes, bytes]
        assert bodies(items) == [b'{"good":1}'] * 2


def test_a_frame_above_the_cap_is_skipped_while_it_streams_past():
    parser = FrameParser(max_body_bytes=100)
    items = parse(b"Content-Length: 101\r\n\r\n", parser)
    assert [type(item) for item in items] == [FramingError]
    trap = GOOD.ljust(101, b"x")
    assert parse(trap[:50], parser) == []
    assert parse(trap[50:] + GOOD, parser) == [b'{"good":1}']


def test_the_skipping_of_a_huge_frame_keeps_no_memory():
    parser = FrameParser()
    items = parse(b"Content-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1), parser)
    assert [type(item) for item in items] == [FramingError]
    chunk = bytes(1024 * 1024)
    for _ in range(64):
        assert parse(chunk, parser) == []
        assert len(parser._buffer) == 0
    assert parse(b"x" + GOOD, parser) == [b'{"good":1}']


def test_rubbish_without_a_line_break_keeps_no_memory():
    parser = FrameParser()
    for _ in range(100):
        parse(b"x" * 10_000, parser)
        assert len(parser._buffer) < 10_000
    assert parse(b"\n" + GOOD, parser) == [b'{"good":1}']


def test_a_frame_that_follows_the_rest_of_a_broken_one_in_the_same_line_is_found():
    assert bodies(parse(b"Content-Length: 2\r\n\r\n{}rest" + GOOD)) == [b"{}", b'{"good":1}']


def test_a_header_written_inside_a_json_string_is_no_frame():
    inner = json.dumps({"text": GOOD.decode()}).encode()
    assert bodies(parse(b"rubbish\r\n" + inner + b"\r\n" + GOOD)) == [b'{"good":1}']


def test_the_same_length_given_twice_does_no_harm():
    assert parse(b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}") == [b"{}"]


def test_an_empty_body_is_a_frame():
    assert parse(b"Content-Length: 0\r\n\r\n") == [b""]


def test_a_body_of_one_zero_byte_is_a_frame():
    assert parse(b"Content-Length: 1\r\n\r\n\0") == [b"\0"]

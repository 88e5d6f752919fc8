"""Messages come out of a byte stream whole, however it is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon_client.errors import BadServerMessage
from antiphon_client.framing import Deframer, frame


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(1, 30))
def test_any_cut_of_the_stream_gives_the_same_bodies(bodies: list[bytes], size: int) -> None:
    stream = b"".join(map(frame, bodies))
    deframer = Deframer()
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert [body for piece in pieces for body in deframer.feed(piece)] == bodies


def test_header_names_are_of_any_case_and_other_headers_are_ignored() -> None:
    header = (
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-LENGTH:  2 \r\n\r\n"
    )
    assert list(Deframer().feed(header + b"{}")) == [b"{}"]


@pytest.mark.parametrize(
    "data",
    [
        b"Hello\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 99999999999999\r\n\r\n",
        b"Content-Length: two\r\n\r\n{}",
        b"\r\n\r\n",
        b"x" * 5000,
    ],
)
def test_what_is_no_header_is_refused(data: bytes) -> None:
    with pytest.raises(BadServerMessage):
        list(Deframer().feed(data))

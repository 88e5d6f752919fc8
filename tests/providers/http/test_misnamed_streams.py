"""A body is judged by its first bytes: a good stream is read, whatever its header calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports.deltas import Connected, Note
from antiphon.providers.http.sse import begins_as_stream
from support.providers.canned_server import canned
from support.providers.direct_adapters import ADAPTERS, END, TEXT
from support.providers.stream_reading import Seen, consume, request_for

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = [
    "application/json",
    "application/x-ndjson",
    "text/plain; charset=utf-8",
    "application/octet-stream",
    "text/html",
    "binary/odd",
]
BEGINNINGS = {
    "at once": b"",
    "a byte order mark": b"\xef\xbb\xbf",
    "a comment": b": OPENROUTER PROCESSING\n\n",
    "empty lines": b"\r\n\n\r",
    "a mark and a comment": b"\xef\xbb\xbf:\n\n",
    "another event": b"event: ping\ndata: {}\n\n",
    "an id": b"id: 7\n",
    "a wait": b"retry: 100\n\n",
}


async def seen_of(adapter: str, body: bytes, kind: str, piece: int = 0) -> Seen:
    async with canned(body, kind, piece=piece) as server:
        provider = ADAPTERS[adapter](server.origin)
        seen = await consume(provider, request_for("m"))
        await provider.aclose()
    return seen


def notes(seen: Seen) -> Iterator[str]:
    return (delta.note for delta in seen.deltas if isinstance(delta, Note))


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("begin", BEGINNINGS)
async def test_a_good_stream_is_read_whatever_it_is_called(
    adapter: str, kind: str, begin: str
) -> None:
    body = BEGINNINGS[begin] + TEXT[adapter] + END[adapter]
    seen = await seen_of(adapter, body, kind)
    assert seen.error is None
    assert seen.text == "Half"
    assert isinstance(seen.deltas[0], Connected)
    called = kind.partition(";")[0]
    assert [note for note in notes(seen) if called in note] == [
        f"the provider called its stream {called}; it was read as a stream of events"
    ]


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("begin", BEGINNINGS)
async def test_it_is_known_however_the_network_cuts_it(adapter: str, begin: str) -> None:
    body = BEGINNINGS[begin] + TEXT[adapter] + END[adapter]
    assert (await seen_of(adapter, body, "text/plain", piece=1)).text == "Half"


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("kind", ["text/event-stream", ""])
async def test_a_stream_that_is_called_one_has_no_note(adapter: str, kind: str) -> None:
    seen = await seen_of(adapter, TEXT[adapter] + END[adapter], kind)
    assert seen.text == "Half"
    assert list(notes(seen)) == []


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize(
    "body", [b"<html>data: x</html>", b"datum", b"Hello: you", b"", b" data: x\n\n", b"\n\n"]
)
async def test_what_begins_in_another_way_is_no_stream(adapter: str, body: bytes) -> None:
    seen = await seen_of(adapter, body, "text/plain")
    assert seen.error is not None
    assert seen.error.failure.kind == "malformed_stream"
    assert "text/plain" in seen.error.failure.message
    assert "captive portal" in seen.error.failure.hint


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_a_stream_whose_first_line_is_odd_json_is_still_read(adapter: str) -> None:
    body = b'{"queue": 3}\n\n' + TEXT[adapter] + END[adapter]
    assert (await seen_of(adapter, body, "text/event-stream")).text == "Half"


@pytest.mark.parametrize(
    ("head", "verdict"),
    [
        *(
            (head, None)
            for head in (b"", b"\xef\xbb", b"\xef\xbb\xbf", b"\n", b"da", b"event", b"r")
        ),
        *((head, True) for head in (b":", b"data:", b"id:", b"\xef\xbb\xbf\r\nretry:1")),
        *((head, False) for head in (b"{", b"<", b"date", b"x", b"\x00", b" data:")),
    ],
)
def test_the_first_bytes_say_whether_it_is_a_stream(head: bytes, verdict: bool | None) -> None:
    assert begins_as_stream(head) is verdict


async def test_json_that_breaks_off_is_no_completion() -> None:
    body, head = b'{"choices": [', "Content-Length: 99\r\n"
    async with canned(body, "application/json", head=head) as server:
        provider = ADAPTERS["openai"](server.origin)
        seen = await consume(provider, request_for("m"))
        await provider.aclose()
    assert seen.error is not None
    assert seen.error.failure.kind == "malformed_stream"
    assert seen.error.failure.message.endswith("with JSON that is not a completion.")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"object": "thing"}', "with JSON that is not a completion."),
        (b'{"message": "Sign in."}', 'with JSON that is not a completion ("Sign in").'),
        (b"[]", "with JSON that is not a completion."),
        (b'{"cut', "with JSON that is not a completion."),
    ],
)
async def test_json_that_is_no_completion_is_quoted_if_it_has_words(
    body: bytes, words: str
) -> None:
    seen = await seen_of("openai", body, "application/json")
    assert seen.error is not None
    assert seen.error.failure.kind == "malformed_stream"
    assert seen.error.failure.message.endswith(f"answered {words}")

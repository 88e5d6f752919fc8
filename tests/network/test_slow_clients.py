"""Clients that are slow, silent or idle, or never read: each is cut off, and nothing else is."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

import pytest

from antiphon.network.limits import Limits
from support.network.service import connected, frame, running, upgraded, write_tokens

TOKEN = "the-token-of-ada"


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.toml"
    write_tokens(path, [("ada", TOKEN)])
    return path


async def test_a_client_that_says_nothing_is_cut_off(tokens: Path) -> None:
    async with running(tokens, limits=Limits(handshake_s=0.2)) as service:
        async with connected(service.port) as silent, connected(service.port) as slow:
            slow.writer.write(b"GET / HTTP/1.1\r\nHost: ")
            for each in (silent, slow):
                with suppress(ConnectionError):
                    assert await each.reader.read() == b""
        assert service.served == []


async def test_a_client_that_answers_no_ping_is_cut_off(tokens: Path) -> None:
    limits = Limits(ping_s=0.2, close_s=0.2)
    async with running(tokens, limits=limits) as service, upgraded(service.port, TOKEN) as socket:
        assert (await socket.read_frame())[0] == 9
        assert await socket.read_close() == 1011


async def test_a_client_that_answers_pings_stays_until_it_was_idle_for_too_long(
    tokens: Path,
) -> None:
    limits = Limits(ping_s=0.2, idle_s=1.0)
    async with running(tokens, limits=limits) as service, upgraded(service.port, TOKEN) as socket:
        pings = 0
        while (found := await socket.read_frame())[0] == 9:
            pings += 1
            socket.writer.write(frame(10, found[1]))
        assert pings > 1
        assert found[0] == 8
        assert int.from_bytes(found[1][:2]) == 1001
        assert b"no message for too long" in found[1]


async def _shout(streams, _token) -> None:
    """Writes as fast as it can, without waiting for room."""
    while not streams.broken.is_set():
        streams.write(b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000)
        await asyncio.sleep(0)


async def _shout_politely(streams, _token) -> None:
    while not streams.broken.is_set():
        streams.write(b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000)
        await streams.room()


@pytest.mark.parametrize(
    ("serve", "limits"),
    [
        (_shout, Limits(unread_bytes=5_000_000)),
        (_shout_politely, Limits(stall_s=0.3)),
    ],
    ids=["too much waits", "one message waits too long"],
)
async def test_a_client_that_never_reads_is_cut_off(
    serve, limits: Limits, tokens: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "antiphon.network")
    ended = asyncio.Event()

    async def observed(streams, token) -> None:
        await serve(streams, token)
        assert streams.pending == 0
        ended.set()

    async with (
        running(tokens, serve=observed, limits=limits) as service,
        upgraded(service.port, TOKEN) as socket,
    ):
        socket.writer.transport.pause_reading()
        await ended.wait()
    assert "the client does not read" in caplog.text

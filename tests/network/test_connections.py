"""What an open connection may do: messages, limits, removed tokens, the end."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import anyio
import pytest

from antiphon.network.limits import Limits
from support.network.service import (
    UPGRADE,
    RawSocket,
    Service,
    connected,
    echo,
    frame,
    running,
    upgraded,
    write_tokens,
)

TOKEN = "the-token-of-ada"
OTHER = "the-token-of-bob"


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.toml"
    write_tokens(path, [("ada", TOKEN), ("bob", OTHER)])
    return path


async def _echo(socket: RawSocket, text: str) -> None:
    socket.send_text(text)
    assert await socket.read_frame() == (1, text.encode())


async def test_each_text_frame_is_one_message_whatever_its_pieces(tokens: Path) -> None:
    async with running(tokens) as service, upgraded(service.port, TOKEN) as socket:
        await _echo(socket, "")
        await _echo(socket, "Héllo 😀 " * 10_000)
        for byte in frame(1, b'{"a": 1}'):
            socket.writer.write(bytes([byte]))
            await socket.writer.drain()
        assert await socket.read_frame() == (1, b'{"a": 1}')
        whole = frame(1, b"")[2:]
        socket.writer.write(b"\x01\x83" + whole + b"one" + b"\x80\x83" + whole + b"two")
        assert await socket.read_frame() == (1, b"onetwo")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(2, b"binary"), 1003),
        (frame(1, b"\xff\xfe"), 1007),
        (frame(1, b"", length=2 * 1024**3), 1009),
        (frame(1, b"", length=2**62), 1009),
        (b"\x81\x05hello", 1002),  # a client has to mask
        (b"\xff\xff\xff\xff", 1002),
    ],
    ids=["binary", "not UTF-8", "2 GB", "4 EB", "unmasked", "junk"],
)
async def test_what_breaks_the_rules_ends_the_connection_with_its_code(
    data: bytes, code: int, tokens: Path
) -> None:
    async with running(tokens) as service, upgraded(service.port, TOKEN) as socket:
        socket.writer.write(data)
        assert await socket.read_close() == code


async def test_a_message_above_the_limit_is_refused_and_one_at_it_is_not(tokens: Path) -> None:
    limits = Limits(message_bytes=1000)
    async with running(tokens, limits=limits) as service, upgraded(service.port, TOKEN) as socket:
        await _echo(socket, "x" * 1000)
        socket.send_text("x" * 1001)
        assert await socket.read_close() == 1009


async def test_a_removed_token_ends_its_connections_and_no_other(tokens: Path) -> None:
    async with (
        running(tokens) as service,
        upgraded(service.port, TOKEN) as ada,
        upgraded(service.port, OTHER) as bob,
    ):
        await _echo(ada, "1")
        write_tokens(tokens, [("bob", OTHER)])
        assert await ada.read_close() == 1008
        await _echo(bob, "2")
        async with connected(service.port) as late:
            headers = (f"Host: 127.0.0.1:{service.port}", f"Authorization: Bearer {TOKEN}")
            assert " 401 " in await late.ask("GET / HTTP/1.1", (*headers, *UPGRADE))


async def test_a_tokens_file_that_others_may_read_or_that_is_gone_lists_nobody(
    tokens: Path,
) -> None:
    async with running(tokens) as service:
        async with upgraded(service.port, TOKEN) as ada:
            tokens.chmod(0o644)
            assert await ada.read_close() == 1008
            tokens.chmod(0o600)
        async with upgraded(service.port, TOKEN) as ada:
            tokens.unlink()
            assert await ada.read_close() == 1008


async def test_an_invalid_tokens_file_leaves_the_earlier_tokens(tokens: Path) -> None:
    async with running(tokens) as service:
        tokens.write_text("ada = 'half a li")
        async with upgraded(service.port, TOKEN) as ada:
            await _echo(ada, "1")


@pytest.mark.parametrize(
    ("limits", "status"),
    [
        (Limits(connections=2), 503),
        (Limits(connections_per_user=2), 429),
        (Limits(connections_per_address=2), 429),
    ],
)
async def test_more_connections_than_the_limit_are_refused_until_one_leaves(
    limits: Limits, status: int, tokens: Path
) -> None:
    async with running(tokens, limits=limits) as service:
        headers = (f"Host: 127.0.0.1:{service.port}", f"Authorization: Bearer {TOKEN}", *UPGRADE)
        async with upgraded(service.port, TOKEN) as first:
            async with upgraded(service.port, TOKEN):
                async with connected(service.port) as third:
                    assert f" {status} " in await third.ask("GET / HTTP/1.1", headers)
                await _echo(first, "still here")
            await _until(service, 1)
            async with upgraded(service.port, TOKEN) as third:
                await _echo(third, "now")


async def _until(service: Service, connections: int) -> None:
    while service.listener.count.total != connections:
        await asyncio.sleep(0)


async def test_far_more_connections_are_cut_without_an_answer(tokens: Path) -> None:
    async with running(tokens, limits=Limits(connections=1)) as service, AsyncExitStack() as held:
        for _ in range(33):
            await held.enter_async_context(connected(service.port))
        async with connected(service.port) as socket:
            with suppress(ConnectionError):
                assert await socket.reader.read() == b""


async def test_the_end_of_the_server_lets_what_was_written_arrive(tokens: Path) -> None:
    async def last_words(streams, _token) -> None:
        assert await streams.read() != b""
        assert await streams.read() == b""  # the server ends
        streams.write(b"Content-Length: 4\r\n\r\nlast")
        await streams.aclose(1)

    async with (
        running(tokens, serve=last_words) as service,
        upgraded(service.port, TOKEN) as socket,
        connected(service.port) as silent,
    ):
        socket.send_text("hello")
        await _until(service, 2)
        service.listener.stop()
        assert await socket.read_frame() == (1, b"last")
        assert await socket.read_close() == 1001
        with suppress(ConnectionError):
            assert await silent.reader.read() == b""


async def test_a_bug_while_serving_ends_one_connection_and_not_the_server(tokens: Path) -> None:
    async def fail(streams, token) -> None:
        if token.user == "ada":
            raise ZeroDivisionError
        await echo(streams, token)

    async with running(tokens, serve=fail) as service, upgraded(service.port, OTHER) as bob:
        async with upgraded(service.port, TOKEN) as ada:
            assert await ada.read_close() == 1011
        await _echo(bob, "still served")


async def test_a_connection_leaves_one_line_in_the_log_and_no_token(
    tokens: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(tokens) as service, upgraded(service.port, TOKEN) as socket:
        await _echo(socket, "12345")
        socket.writer.write(frame(8, b"\x03\xe8"))
        assert await socket.read_close() == 1000
    lines = [each.getMessage() for each in caplog.records if "connection of" in each.getMessage()]
    assert len(lines) == 1
    assert "connection of ada from 127.0.0.1 ended after" in lines[0]
    assert "the client closed it with code 1000 (5 bytes received, 5 sent)" in lines[0]
    assert TOKEN not in caplog.text


async def test_two_hundred_clients_come_and_go_and_leave_nothing(tokens: Path) -> None:
    async with running(tokens) as service:
        async with upgraded(service.port, TOKEN) as socket:
            await _echo(socket, "first")
        await _until(service, 0)
        tasks, descriptors = len(asyncio.all_tasks()), _count_descriptors()
        for number in range(10):
            async with anyio.create_task_group() as group:
                for each in range(20):
                    group.start_soon(_visit, service.port, (number + each) % 3)
        await _until(service, 0)
        while len(asyncio.all_tasks()) > tasks:
            await asyncio.sleep(0)
        assert _count_descriptors() == descriptors
        assert service.listener.figures.connections == 201


def _count_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def _visit(port: int, manner: int) -> None:
    """Connects and leaves: by the closing handshake, without it, or by a reset."""
    async with upgraded(port, TOKEN) as socket:
        await _echo(socket, "hello")
        if manner == 0:
            socket.writer.write(frame(8, b"\x03\xe8"))
            assert await socket.read_close() == 1000
        elif manner == 1:
            socket.writer.transport.abort()

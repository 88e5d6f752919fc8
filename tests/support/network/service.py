"""A listener on loopback, with a function of the test for its clients."""

from __future__ import annotations

import asyncio
import base64
import struct
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio

from antiphon.model.secrets.access_tokens import AccessToken, digest_token, format_tokens
from antiphon.network.addresses import HostPort, open_socket
from antiphon.network.listener import Listener
from antiphon.network.token_file import TokenFile

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence

    from antiphon.network.limits import Limits
    from antiphon.network.streams import WebSocketStreams

CERTIFICATE = Path(__file__).parents[1] / "faults" / "test_only_certificate.pem"
KEY = base64.b64encode(b"sixteen bytes !!").decode()
UPGRADE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    f"Sec-WebSocket-Key: {KEY}",
)


class Service(NamedTuple):
    listener: Listener
    port: int
    served: list[str]
    """The user of each client whose streams were handed over."""


def write_tokens(path: Path, tokens: Iterable[tuple[str, str]], *more: AccessToken) -> None:
    listed = [AccessToken(name, digest_token(token)) for name, token in tokens]
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(format_tokens([*listed, *more]))
    fresh.replace(path)


async def echo(streams: WebSocketStreams, _token: AccessToken) -> None:
    """Sends every message back."""
    while message := await streams.read():
        streams.write(message)
        await streams.room()
    await streams.aclose(1)


@asynccontextmanager
async def running(
    tokens: Path,
    *,
    serve: Callable[[WebSocketStreams, AccessToken], Awaitable[None]] = echo,
    limits: Limits | None = None,
    host: str = "127.0.0.1",
    **options: Any,
) -> AsyncGenerator[Service]:
    users: list[str] = []

    async def serve_client(streams: WebSocketStreams, token: AccessToken) -> None:
        users.append(token.user)
        await serve(streams, token)

    listener = Listener(
        serve_client, TokenFile(tokens), health='{"version": "0"}', limits=limits, **options
    )
    started = anyio.Event()
    listening = open_socket(HostPort(host, 0))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listener.run, listening, started.set)
        await started.wait()
        yield Service(listener, listening.getsockname()[1], users)
        listener.stop()


class RawSocket:
    """One connection of bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(self, first_line: str, headers: Sequence[str]) -> str:
        """Sends a request, and returns the head of the response, empty if there is none."""
        request = "".join(f"{line}\r\n" for line in (first_line, *headers, ""))
        self.writer.write(request.encode("latin-1"))
        try:
            return (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except (asyncio.IncompleteReadError, ConnectionError):
            return ""

    def send_text(self, text: str) -> None:
        self.writer.write(frame(1, text.encode()))

    async def read_frame(self) -> tuple[int, bytes]:
        """Returns the opcode and the payload of the next frame, 8 and nothing after the end."""
        try:
            first, length = await self.reader.readexactly(2)
            if length == 126:
                (length,) = struct.unpack(">H", await self.reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", await self.reader.readexactly(8))
            return first & 15, await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return 8, b""

    async def read_close(self) -> int:
        """Returns the code with which the server closes, skipping what it sends before."""
        while True:
            opcode, payload = await self.read_frame()
            if opcode == 8:
                return struct.unpack(">H", payload[:2])[0] if payload else 0


def frame(opcode: int, payload: bytes, *, length: int | None = None) -> bytes:
    """Returns a client's frame, masked with zeros; `length` is what its header says."""
    size = len(payload) if length is None else length
    if size < 126:
        head = struct.pack(">BB", 0x80 | opcode, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + bytes(4) + payload


@asynccontextmanager
async def connected(port: int, tls: ssl.SSLContext | None = None) -> AsyncGenerator[RawSocket]:
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=tls, server_hostname="localhost" if tls else None
    )
    try:
        yield RawSocket(reader, writer)
    finally:
        writer.close()
        with suppress(OSError, asyncio.IncompleteReadError):
            await writer.wait_closed()


@asynccontextmanager
async def upgraded(port: int, token: str) -> AsyncGenerator[RawSocket]:
    """An open WebSocket."""
    async with connected(port) as socket:
        headers = (f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {token}", *UPGRADE)
        head = await socket.ask("GET / HTTP/1.1", headers)
        assert " 101 " in head, head
        yield socket

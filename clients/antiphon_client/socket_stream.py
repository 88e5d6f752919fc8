"""Reads and writes a server's socket, with its bytes as callbacks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import anyio

from antiphon_client.errors import ServerDied

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable


class SocketStream(asyncio.Protocol):
    """A connection to a server that runs for others too.

    `on_data` is called with its bytes, `on_lost` with the reason when it is gone.
    """

    def __init__(
        self, on_data: Callable[[bytes], None], on_lost: Callable[[ServerDied], None]
    ) -> None:
        self._on_data = on_data
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def adopt(
        cls,
        connected: socket.socket,
        *,
        on_data: Callable[[bytes], None],
        on_lost: Callable[[ServerDied], None],
    ) -> SocketStream:
        """Attaches to a connected socket, which it owns from now on."""
        connected.setblocking(False)
        loop = asyncio.get_running_loop()
        _, stream = await loop.create_unix_connection(lambda: cls(on_data, on_lost), sock=connected)
        return stream

    def write(self, data: bytes) -> None:
        """Queues `data` for the server, if it still reads."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def abort(self) -> None:
        """Closes the connection at once: the server stops what runs for this client."""
        if self._transport is not None:
            self._transport.abort()

    async def stop(self, grace_s: float) -> None:
        """Waits up to `grace_s` seconds for the server's end, then closes this one."""
        with anyio.move_on_after(grace_s):
            await asyncio.shield(self._closed)
        self.abort()
        await asyncio.shield(self._closed)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._on_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_lost(ServerDied("The shared server closed its connection."))
        self._closed.set_result(None)

"""Makes a WebSocket look like a pair of pipes: each text frame is one message with its header."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Final

import anyio
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from antiphon.lsp.transport.descriptors import LOW_WATER_BYTES
from antiphon.lsp.transport.framing import encode_frame

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

    from antiphon.network.limits import Limits

_END_OF_HEADER: Final = b"\r\n\r\n"


class WebSocketStreams:
    """The reader and the writer of one WebSocket, as `antiphon.lsp.transport` defines them.

    `pump` has to run beside them: it sends what was written. `end` says why the connection ended.
    """

    def __init__(self, socket: ServerConnection, limits: Limits) -> None:
        self.broken = asyncio.Event()
        self.end = ""
        """Why this server ended the connection, or nothing if the client did."""
        self.received_bytes = 0
        self.sent_bytes = 0
        self.active_at = time.monotonic()
        """When the last message went either way."""
        self._code: int = CloseCode.NORMAL_CLOSURE
        self._is_closing = False
        self._reading = anyio.CancelScope()
        self._socket = socket
        self._limits = limits
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._written = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._empty = asyncio.Event()
        self._empty.set()

    # The reader.

    async def read(self) -> bytes:
        """Returns the next message with a header before it, or nothing after the end."""
        message: str | bytes = b""
        if not self._is_closing:
            with anyio.CancelScope() as self._reading:
                try:
                    message = await self._socket.recv()
                except ConnectionClosed:
                    self._stop()
                    return b""
        if isinstance(message, bytes):
            self.close_soon("a binary frame instead of text", CloseCode.UNSUPPORTED_DATA)
            return b""
        body = message.encode()
        self.received_bytes += len(body)
        self.active_at = time.monotonic()
        return encode_frame(body)

    def close(self) -> None:
        """Leaves the socket to its handler, which closes it."""

    # The writer.

    @property
    def pending(self) -> int:
        """Bytes that were written and that have not left this process."""
        return self._queued_bytes + self._socket.transport.get_write_buffer_size()

    def write(self, message: bytes) -> None:
        """Queues one framed message, and gives up a client for which too much is queued."""
        if self.broken.is_set() or not message:
            return
        body = message[message.index(_END_OF_HEADER) + len(_END_OF_HEADER) :]
        self._queue.append(body)
        self._queued_bytes += len(body)
        self._empty.clear()
        if self._queued_bytes > LOW_WATER_BYTES:
            self._room.clear()
        if self._queued_bytes > self._limits.unread_bytes:
            self.abort("the client does not read")
        self._written.set()

    async def room(self) -> None:
        """Returns when little is queued, or when the client has left."""
        await self._room.wait()

    async def aclose(self, deadline_s: float) -> None:
        """Waits up to `deadline_s` seconds until everything is sent."""
        with anyio.move_on_after(deadline_s):
            await self._empty.wait()
        self._stop()

    # The life of the socket.

    async def pump(self) -> None:
        """Sends what is written, in order, until it is cancelled or the client has left."""
        while not self.broken.is_set():
            await self._written.wait()
            self._written.clear()
            while self._queue and not self.broken.is_set():
                await self._send(self._queue[0])
                if self.broken.is_set():
                    return
                self._forget_first()

    async def _send(self, body: bytes) -> None:
        try:
            with anyio.fail_after(self._limits.stall_s):
                await self._socket.send(body, text=True)
        except TimeoutError:
            self.abort("the client does not read")
        except ConnectionClosed:
            self._stop()
        else:
            self.sent_bytes += len(body)
            self.active_at = time.monotonic()

    def _forget_first(self) -> None:
        self._queued_bytes -= len(self._queue.popleft())
        if self._queued_bytes <= LOW_WATER_BYTES:
            self._room.set()
        if not self._queue:
            self._empty.set()

    def close_soon(self, reason: str, code: int) -> None:
        """Ends what is read, so that the connection ends when everything was answered.

        The client gets `code` and `reason`. The first reason counts.
        """
        if not self._is_closing:
            self._is_closing = True
            self.end, self._code = reason, code
            self._reading.cancel()

    def abort(self, reason: str) -> None:
        """Ends the connection at once: the client would not read a closing frame."""
        if not self._is_closing:
            self._is_closing = True
            self.end = reason
        self._socket.transport.abort()
        self._stop()

    async def finish(self) -> None:
        """Closes the socket with the code of its end, when nothing is served any more."""
        self._stop()
        await self._socket.close(self._code, self.end)

    def _stop(self) -> None:
        self._is_closing = True
        self._queue.clear()
        self._queued_bytes = 0
        self.broken.set()
        self._room.set()
        self._empty.set()
        self._written.set()

"""Encodes messages and writes them to the client in order, never blocking the loop.

Whatever a handler returns, valid JSON is sent, or a typed error.

Whatever the client does, `write` returns at once; a writer whose client does not read only grows by
what is written to it, so everything that streams waits for `room` first. When the client closes its
end, `broken` is set and everything written from then on is dropped.
"""

from __future__ import annotations

import asyncio
import os
import select
import stat
from collections import deque
from itertools import islice
from typing import Any, Protocol, cast

import anyio
import msgspec

from antiphon.lsp.transport.descriptors import LOW_WATER_BYTES, make_pollable, same_file
from antiphon.lsp.transport.framing import HEADER

_BUFFERS_A_CALL = 64
_encoder = msgspec.json.Encoder()


def encode(message: dict[str, Any]) -> bytes:
    """Encodes one message with its header, like `encode_body`."""
    body = encode_body(message)
    return HEADER % len(body) + body


def encode_body(message: dict[str, Any]) -> bytes:
    """Encodes one message, or a part of one, without a header.

    NaN and infinities become `null`; a lone surrogate becomes U+FFFD, because UTF-8 cannot hold
    it. A `msgspec.Raw` inside is copied as it is. Raises `TypeError` or `RecursionError` for what
    JSON cannot represent.
    """
    try:
        return _encoder.encode(message)
    except UnicodeEncodeError:
        return _encoder.encode(_well_formed(message))


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        fields = cast("dict[Any, Any]", value)
        return {_well_formed(key): _well_formed(item) for key, item in fields.items()}
    if isinstance(value, list | tuple):
        return [_well_formed(item) for item in cast("list[Any]", value)]
    return value


class Writer(Protocol):
    """The destination of a connection's messages."""

    broken: asyncio.Event
    """Set when the client has closed its end."""

    @property
    def pending(self) -> int:
        """Bytes that were written and that the client's pipe has not accepted yet."""
        ...

    def write(self, message: bytes) -> None:
        """Queues one framed message, which is not empty, behind all earlier ones."""
        ...

    async def room(self) -> None:
        """Returns when little is pending, or when the client has left."""
        ...

    async def aclose(self, deadline_s: float) -> None:
        """Waits up to `deadline_s` seconds for pending bytes, then closes the pipe."""
        ...


def open_writer(fd: int, *, stdin_fd: int | None = None) -> Writer:
    """Opens a writer that owns `fd`, with the client's input at `stdin_fd`."""
    was_blocking = os.get_blocking(fd) if hasattr(os, "get_blocking") else True
    if make_pollable(fd):
        shared = stdin_fd is not None and same_file(fd, stdin_fd)
        return PolledWriter(fd, was_blocking=was_blocking, shared=shared)
    from antiphon.lsp.transport.thread_writer import ThreadWriter  # noqa: PLC0415 - rarely needed

    return ThreadWriter(fd)


class PolledWriter:
    """Writes to a non-blocking pipe or socket.

    `shared` means that stdin is the same socket: incoming bytes are then not a sign of its end.
    """

    def __init__(self, fd: int, *, was_blocking: bool = True, shared: bool = False) -> None:
        self.broken = asyncio.Event()
        self._fd = fd
        self._was_blocking = was_blocking
        self._loop = asyncio.get_running_loop()
        self._queue: deque[memoryview] = deque()
        self._pending = 0
        self._polling = False
        self._room = asyncio.Event()
        self._room.set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._watched = not shared
        if self._watched:
            self._loop.add_reader(fd, self._look_for_hang_up)

    @property
    def pending(self) -> int:
        """As `Writer` defines it."""
        return self._pending

    def write(self, message: bytes) -> None:
        """Implements `Writer.write`."""
        if self.broken.is_set() or not message:
            return
        self._queue.append(memoryview(message))
        self._pending += len(message)
        if not self._polling:
            self._flush()

    async def room(self) -> None:
        """Implements `Writer.room`."""
        await self._room.wait()

    async def aclose(self, deadline_s: float) -> None:
        """Implements `Writer.aclose`."""
        with anyio.move_on_after(deadline_s):
            await self._empty.wait()
        self._stop()
        os.set_blocking(self._fd, self._was_blocking)
        os.close(self._fd)

    def _flush(self) -> None:
        try:
            while self._queue:
                self._drop(os.writev(self._fd, list(islice(self._queue, _BUFFERS_A_CALL))))
        except BlockingIOError:
            pass  # the pipe is full: `_poll` goes on when it is not
        except OSError:
            self._stop()
        self._poll(bool(self._queue))
        if self._pending <= LOW_WATER_BYTES:
            self._room.set()
        else:
            self._room.clear()
        if self._queue:
            self._empty.clear()
        else:
            self._empty.set()

    def _drop(self, sent: int) -> None:
        self._pending -= sent
        while sent:
            first = self._queue[0]
            if sent < len(first):
                self._queue[0] = first[sent:]
                return
            sent -= len(first)
            self._queue.popleft()

    def _poll(self, wanted: bool) -> None:
        if wanted and not self._polling:
            self._loop.add_writer(self._fd, self._flush)
        elif self._polling and not wanted:
            self._loop.remove_writer(self._fd)
        self._polling = wanted

    def _look_for_hang_up(self) -> None:
        """Stops if the reader has closed its end, else ignores bytes on a socket."""
        poll = select.poll()
        poll.register(self._fd, 0)
        if poll.poll(0) or stat.S_ISFIFO(os.fstat(self._fd).st_mode):
            self._stop()
        else:
            self._unwatch()  # unexpected bytes; a later write will fail if the reader has left

    def _unwatch(self) -> None:
        if self._watched:
            self._loop.remove_reader(self._fd)
            self._watched = False

    def _stop(self) -> None:
        self._unwatch()
        self._queue.clear()
        self._pending = 0
        self._poll(False)
        self.broken.set()
        self._room.set()
        self._empty.set()

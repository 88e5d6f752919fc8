"""Reads stdin without blocking the loop: by polling, or else in a thread."""

from __future__ import annotations

import asyncio
import os
import queue
import threading
from typing import Protocol

import anyio

from antiphon.lsp.transport.descriptors import make_pollable

_CHUNK_BYTES = 256 * 1024


class Reader(Protocol):
    """The source of a connection's bytes."""

    async def read(self) -> bytes:
        """Returns the next bytes, at least one, or none after the end."""
        ...

    def close(self) -> None:
        """Returns the descriptor in its original state."""
        ...


def open_reader(fd: int) -> Reader:
    """Opens a reader that owns `fd`."""
    was_blocking = os.get_blocking(fd) if hasattr(os, "get_blocking") else True
    return PolledReader(fd, was_blocking) if make_pollable(fd) else ThreadReader(fd)


class ResumedReader:
    """Returns bytes that were read before, then those of another reader."""

    def __init__(self, received: bytes, reader: Reader) -> None:
        self._received = received
        self._reader = reader

    async def read(self) -> bytes:
        """Implements `Reader.read`."""
        if self._received:
            received, self._received = self._received, b""
            return received
        return await self._reader.read()

    def close(self) -> None:
        """Implements `Reader.close`."""
        self._reader.close()


class PolledReader:
    """Reads a non-blocking pipe or socket."""

    def __init__(self, fd: int, was_blocking: bool) -> None:
        self._fd = fd
        self._was_blocking = was_blocking

    async def read(self) -> bytes:
        """Implements `Reader.read`."""
        while True:
            try:
                return os.read(self._fd, _CHUNK_BYTES)
            except BlockingIOError:
                await anyio.wait_readable(self._fd)
            except OSError:  # the other end of a socket was reset: there is no more to read
                return b""

    def close(self) -> None:
        """Implements `Reader.close`."""
        os.set_blocking(self._fd, self._was_blocking)
        os.close(self._fd)


class ThreadReader:
    """Reads a regular file, a terminal or a Windows pipe in a daemon thread.

    The thread cannot be woken from a blocking read; being a daemon it does not keep the process.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._wanted: queue.SimpleQueue[asyncio.Future[bytes]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._chunk: asyncio.Future[bytes] | None = None
        self._ended = False
        threading.Thread(target=self._serve, name="stdin", daemon=True).start()

    async def read(self) -> bytes:
        """Implements `Reader.read`."""
        if self._ended:
            return b""
        if self._chunk is None:
            self._chunk = self._loop.create_future()
            self._wanted.put(self._chunk)
        # A cancelled caller must not lose bytes: the next call gets the same chunk.
        data = await asyncio.shield(self._chunk)
        self._chunk = None
        self._ended = not data
        return data

    def close(self) -> None:
        """Leaves the descriptor to the thread, which may be reading from it."""

    def _serve(self) -> None:
        data = b"-"
        while data:
            chunk = self._wanted.get()
            try:
                data = os.read(self._fd, _CHUNK_BYTES)
            except OSError:
                data = b""
            try:
                self._loop.call_soon_threadsafe(_deliver, chunk, data)
            except RuntimeError:  # the loop is closed: nobody reads any more
                return


def _deliver(chunk: asyncio.Future[bytes], data: bytes) -> None:
    if not chunk.done():
        chunk.set_result(data)

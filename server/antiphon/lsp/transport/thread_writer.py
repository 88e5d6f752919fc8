"""Writes to descriptors that cannot be polled: regular files, terminals, Windows pipes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import threading
from typing import TYPE_CHECKING

import anyio

from antiphon.lsp.transport.descriptors import LOW_WATER_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable


class ThreadWriter:
    """A `Writer` with blocking calls in a daemon thread."""

    def __init__(self, fd: int) -> None:
        self.broken = asyncio.Event()
        self._fd = fd
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._pending = 0
        self._room = asyncio.Event()
        self._room.set()
        self._ended = asyncio.Event()
        threading.Thread(target=self._serve, name="stdout", daemon=True).start()

    @property
    def pending(self) -> int:
        """As `Writer` defines it."""
        return self._pending

    def write(self, message: bytes) -> None:
        """Implements `Writer.write`."""
        if self.broken.is_set():
            return
        self._pending += len(message)
        if self._pending > LOW_WATER_BYTES:
            self._room.clear()
        self._queue.put(message)

    async def room(self) -> None:
        """Implements `Writer.room`."""
        await self._room.wait()

    async def aclose(self, deadline_s: float) -> None:
        """Implements `Writer.aclose`, but a thread in a blocking write keeps the descriptor."""
        self._queue.put(None)
        with anyio.move_on_after(deadline_s):
            await self._ended.wait()
        self._break()

    def _serve(self) -> None:
        try:
            while (message := self._queue.get()) is not None:
                view = memoryview(message)
                while view:
                    view = view[os.write(self._fd, view) :]
                self._tell(self._taken, len(message))
            os.close(self._fd)
            self._tell(self._ended.set)
        except OSError:
            self._tell(self._break)

    def _tell(self, callback: Callable[..., object], *arguments: object) -> None:
        # A closed loop means that the deadline of `aclose` had passed: no one waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(callback, *arguments)

    def _taken(self, size: int) -> None:
        if self.broken.is_set():
            return
        self._pending -= size
        if self._pending <= LOW_WATER_BYTES:
            self._room.set()

    def _break(self) -> None:
        self._pending = 0
        self.broken.set()
        self._room.set()
        self._ended.set()

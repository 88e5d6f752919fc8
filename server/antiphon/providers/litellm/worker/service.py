"""Runs the worker's loop: begins, pauses and cancels streams by the server's messages."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

import anyio

from antiphon.providers.litellm.frames import FrameDecoder
from antiphon.providers.litellm.messages import (
    Ask,
    Cancel,
    Failed,
    Pause,
    Ready,
    Resume,
    ToWorker,
    Unusable,
    decode_for_worker,
)
from antiphon.providers.litellm.worker import proxies
from antiphon.providers.litellm.worker.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from anyio.abc import TaskGroup

    Complete = Callable[[Ask, Outbox, asyncio.Event], Awaitable[None]]

_READ_BYTES = 256 * 1024


def run(source: int, target: int) -> None:
    """Handles the messages that are read from `source`, and writes answers to `target`."""
    asyncio.run(_serve(source, target))


async def _serve(source: int, target: int) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_report)
    outbox = Outbox(target)
    arrived: asyncio.Queue[list[ToWorker]] = asyncio.Queue()

    def receive(messages: list[ToWorker]) -> None:
        loop.call_soon_threadsafe(arrived.put_nowait, messages)

    # A thread, since every system can wait for a pipe in one. It also notices the end of stdin
    # while the import blocks the loop.
    threading.Thread(target=_read, args=(source, receive), daemon=True).start()
    complete = await _load(outbox)
    outbox.put(Ready())
    outbox.flush()
    async with anyio.create_task_group() as tasks:
        service = Service(tasks, outbox, complete)
        while True:
            service.receive(await arrived.get())


async def _load(outbox: Outbox) -> Complete:
    """Imports litellm and the code that uses it, and ends the process if that fails."""
    proxies.restrict_proxies(os.environ)
    try:
        from antiphon.providers.litellm.worker import startup  # noqa: PLC0415 - litellm

        await startup.warm_up()
        from antiphon.providers.litellm.worker.completion import complete  # noqa: PLC0415
    except Exception as error:  # noqa: BLE001 - whatever a broken installation raises
        outbox.put(Unusable(f"{type(error).__name__}: {error}"))
        outbox.flush()
        os._exit(1)
    return complete


class Service:
    """The streams that are running."""

    def __init__(self, tasks: TaskGroup, outbox: Outbox, complete: Complete) -> None:
        self._tasks = tasks
        self._outbox = outbox
        self._complete = complete
        self._streams: dict[int, tuple[anyio.CancelScope, asyncio.Event]] = {}

    def receive(self, messages: list[ToWorker]) -> None:
        """Starts, cancels, pauses or resumes streams by the server's messages."""
        for message in messages:
            if isinstance(message, Ask):
                self._tasks.start_soon(self._stream, message)
                continue
            stream = self._streams.get(message.stream)
            if stream is None:  # it ended while the message was on its way
                continue
            scope, going = stream
            match message:
                case Cancel():
                    scope.cancel()
                    going.set()
                case Pause():
                    going.clear()
                case Resume():
                    going.set()

    async def _stream(self, ask: Ask) -> None:
        going = asyncio.Event()
        going.set()
        try:
            with anyio.CancelScope() as scope:
                self._streams[ask.stream] = scope, going
                await self._complete(ask, self._outbox, going)
        except Exception as error:  # noqa: BLE001 - one stream's mistake must not end the others
            report(error)
            self._outbox.put(Failed(ask.stream, "unreadable"))
        finally:
            del self._streams[ask.stream]


def _read(source: int, receive: Callable[[list[ToWorker]], None]) -> None:
    decoder = FrameDecoder()
    while True:
        try:
            piece = os.read(source, _READ_BYTES)
        except OSError:
            piece = b""
        if not piece:
            os._exit(0)
        for body in decoder.feed(piece):
            receive(decode_for_worker(body))


def _report(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Reports the failure of a task of litellm's own."""
    error = context.get("exception")
    if error is not None:
        report(error)


_FRAMES = -4


def report(error: BaseException) -> None:
    """Writes an exception's type and its last frames to stderr, without its message."""
    trace = traceback.extract_tb(error.__traceback__, limit=_FRAMES)
    where = "; ".join(f"{frame.name} at {frame.filename}:{frame.lineno}" for frame in trace)
    sys.stderr.write(f"{type(error).__name__} in {where}\n")
    sys.stderr.flush()

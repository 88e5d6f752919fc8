"""The worker's loop: streams begin, pause and end as the server says."""

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
    Broke,
    Cancel,
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
    """Serves the messages that are read from `source`; answers go to `target`."""
    asyncio.run(_serve(source, target))


async def _serve(source: int, target: int) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_report)
    outbox = Outbox(target)
    arrived: asyncio.Queue[list[ToWorker]] = asyncio.Queue()

    def receive(messages: list[ToWorker]) -> None:
        loop.call_soon_threadsafe(arrived.put_nowait, messages)

    # A thread, for a pipe can be waited for in one on every system; it also notices the end of
    # stdin while the loop stands still for the import.
    threading.Thread(target=_read, args=(source, receive), daemon=True).start()
    complete = await _load(outbox)
    outbox.put(Ready())
    outbox.flush()
    async with anyio.create_task_group() as tasks:
        service = Service(tasks, outbox, complete)
        while True:
            service.receive(await arrived.get())


async def _load(outbox: Outbox) -> Complete:
    """Imports litellm and what asks it; ends the process where that cannot be done."""
    proxies.take_over(os.environ)
    try:
        from antiphon.providers.litellm.worker import startup  # noqa: PLC0415 - litellm

        await startup.warm_up()
        from antiphon.providers.litellm.worker.completion import complete  # noqa: PLC0415
    except Exception as problem:  # noqa: BLE001 - whatever a broken installation raises
        outbox.put(Unusable(f"{type(problem).__name__}: {problem}"))
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
        """What the server sent."""
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
        except Exception as problem:  # noqa: BLE001 - one stream's mistake must not end the others
            report(problem)
            self._outbox.put(Broke(ask.stream, "unreadable"))
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
    """A task of litellm's own that failed."""
    problem = context.get("exception")
    if problem is not None:
        report(problem)


_FRAMES = -4


def report(problem: BaseException) -> None:
    """Writes what an exception was and where it came from."""
    trace = traceback.extract_tb(problem.__traceback__, limit=_FRAMES)
    where = "; ".join(f"{frame.name} at {frame.filename}:{frame.lineno}" for frame in trace)
    sys.stderr.write(f"{type(problem).__name__} in {where}\n")
    sys.stderr.flush()

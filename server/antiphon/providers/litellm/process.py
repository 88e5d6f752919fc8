"""One worker process, and the streams that run through it.

Its pipes are read by the loop's own transports, so that it needs no task: what arrives is put into
the inboxes of the streams. When the process ends, however that comes about, every stream that is
still running is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import anyio

from antiphon.providers.litellm.environment import worker_environment
from antiphon.providers.litellm.frames import FrameDecoder, FrameError, framed
from antiphon.providers.litellm.messages import (
    Ask,
    Broke,
    Cancel,
    Over,
    Pause,
    Ready,
    Resume,
    Said,
    ToWorker,
    Unusable,
    decode_from_worker,
    encode,
)
from antiphon.providers.litellm.stderr_log import StderrLog

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from antiphon.providers.litellm.messages import FromWorker, OfStream


_log = logging.getLogger(__name__)
_MODULE: Final = "antiphon.providers.litellm.worker"
_STDOUT: Final = 1
_NOT_MESSAGES: Final = (FrameError, ValueError)


class Worker(asyncio.SubprocessProtocol):
    """A worker from its start to its end."""

    def __init__(self, scrub: Callable[[str], str]) -> None:
        self.noise = StderrLog(scrub)
        self.ready = asyncio.Event()
        """litellm is loaded, or never will be."""
        self.gone = asyncio.Event()
        """The process has ended and its pipes are empty."""
        self.dead = False
        """It can no longer be asked anything."""
        self.was_ready = False
        self.unusable: str | None = None
        """Why litellm could not be imported."""
        self._inboxes: dict[int, Inbox] = {}
        self._decoder = FrameDecoder()
        self._transport: asyncio.SubprocessTransport
        self._input: asyncio.WriteTransport

    @classmethod
    async def start(cls, scrub: Callable[[str], str]) -> Worker:
        """Starts the process; it is `ready` some seconds later. Raises `OSError`.

        `scrub` takes keys out of what it writes to stderr.
        """
        loop = asyncio.get_running_loop()
        _, worker = await loop.subprocess_exec(
            lambda: cls(scrub),
            *(sys.executable, "-P", "-X", "utf8", "-m", _MODULE),
            env=worker_environment(os.environ),
            cwd=Path(sys.executable).parent,
        )
        return worker

    @property
    def pid(self) -> int:
        """The process."""
        return self._transport.get_pid()

    @property
    def busy(self) -> bool:
        """Whether streams are running."""
        return bool(self._inboxes)

    @contextmanager
    def stream(self, ask: Ask) -> Generator[Inbox]:
        """Runs one stream: its inbox, until the block is left, which cancels what still runs.

        Raises `UnicodeEncodeError` and `TypeError` where `ask` holds what JSON cannot.
        """
        request = framed(encode([ask]))
        inbox = self._inboxes[ask.stream] = Inbox(ask.stream, self._tell)
        try:
            if self.dead:
                inbox.put(Broke(ask.stream, "worker"))
            else:
                self._input.write(request)
            yield inbox
        finally:
            if self._inboxes.pop(ask.stream, None) is not None:
                self._tell(Cancel(ask.stream))

    def end(self) -> None:
        """Lets it end: its stdin is closed, and it does at once."""
        self.dead = True
        self._input.close()

    def kill(self) -> None:
        """Ends it by force."""
        self.dead = True
        with contextlib.suppress(ProcessLookupError):
            self._transport.kill()

    async def aclose(self, within_s: float) -> None:
        """Ends it and waits for that; kills it where it takes longer than `within_s` seconds."""
        self.end()
        with anyio.CancelScope(shield=True):
            with anyio.move_on_after(within_s):
                await self.gone.wait()
            if not self.gone.is_set():
                self.kill()
                with anyio.move_on_after(within_s):
                    await self.gone.wait()
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The process runs."""
        self._transport = cast("asyncio.SubprocessTransport", transport)
        self._input = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """It wrote something."""
        if fd != _STDOUT:
            self.noise.feed(data)
            return
        try:
            for body in self._decoder.feed(data):
                for message in decode_from_worker(body):
                    self._receive(message)
        except _NOT_MESSAGES as problem:
            _log.warning("the litellm worker sent what is no message (%s)", type(problem).__name__)
            self.kill()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """One of its pipes is closed; without its answers it is of no use."""
        if fd == _STDOUT:
            self.dead = True

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended and its pipes are empty."""
        self.dead = True
        code, running = self._transport.get_returncode(), len(self._inboxes)
        _log.info("the litellm worker ended: exit code %s, %d streams broke", code, running)
        self.noise.close()
        inboxes, self._inboxes = self._inboxes, {}
        for stream, inbox in inboxes.items():
            inbox.put(Broke(stream, "worker"))
        self._transport.close()
        self.ready.set()
        self.gone.set()

    def _receive(self, message: FromWorker) -> None:
        match message:
            case Ready():
                self.was_ready = True
                _log.debug("the litellm worker is ready: process %d", self.pid)
                self.ready.set()
            case Unusable(words):
                self.unusable = words
                self.dead = True
                self.ready.set()
            case _:
                inbox = self._inboxes.get(message.stream)
                if inbox is None:  # it was left while the message was on its way
                    return
                if isinstance(message, Broke | Over):
                    del self._inboxes[message.stream]
                inbox.put(message)

    def _tell(self, message: ToWorker) -> None:
        if not self.dead:
            self._input.write(framed(encode([message])))


FULL_CHARACTERS: Final = 256 * 1024
ROOM_CHARACTERS: Final = 64 * 1024


class Inbox:
    """One stream's messages. `tell` sends the worker a message."""

    def __init__(self, stream: int, tell: Callable[[Pause | Resume], None]) -> None:
        self._stream = stream
        self._tell = tell
        self._messages: deque[OfStream] = deque()
        self._characters = 0
        self._paused = False
        self._arrived = asyncio.Event()

    def put(self, message: OfStream) -> None:
        """Takes one message in; does not wait."""
        self._messages.append(message)
        self._arrived.set()
        if isinstance(message, Said):
            self._characters += len(message.text)
            if self._characters > FULL_CHARACTERS and not self._paused:
                self._paused = True
                self._tell(Pause(self._stream))

    async def next(self) -> OfStream:
        """The next message, when there is one."""
        while not self._messages:
            self._arrived.clear()
            await self._arrived.wait()
        message = self._messages.popleft()
        if isinstance(message, Said):
            self._characters -= len(message.text)
            if self._paused and self._characters < ROOM_CHARACTERS:
                self._paused = False
                self._tell(Resume(self._stream))
        return message

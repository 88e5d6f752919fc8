"""Runs one worker process and the streams that go through it.

Its pipes are read by the loop's own transports, so that it needs no task: what arrives is put into
the inboxes of the streams. When the process ends, for any reason, every stream that is still
running gets a message about it.
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
from antiphon.providers.litellm.frames import FrameDecoder, FrameError, encode_frame
from antiphon.providers.litellm.messages import (
    AnswerText,
    Ask,
    Cancel,
    Closed,
    Failed,
    Pause,
    Ready,
    Resume,
    ToWorker,
    Unusable,
    decode_from_worker,
    encode,
)
from antiphon.providers.litellm.stderr_log import StderrLog

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from antiphon.providers.litellm.messages import FromWorker, OfStream


_log = logging.getLogger(__name__)
_MODULE: Final = "antiphon.providers.litellm.worker"
_STDOUT: Final = 1
_NOT_MESSAGES: Final = (FrameError, ValueError)


class Worker(asyncio.SubprocessProtocol):
    """A worker from its start to its end."""

    def __init__(self, scrub: Callable[[str], str]) -> None:
        self.stderr_log = StderrLog(scrub)
        self.ready = asyncio.Event()
        """litellm is loaded, or never will be."""
        self.gone = asyncio.Event()
        """The process has ended and its pipes are empty."""
        self.dead = False
        """It accepts no more requests."""
        self.was_ready = False
        self.unusable: str | None = None
        """Why litellm could not be imported."""
        self._inboxes: dict[int, Inbox] = {}
        self._decoder = FrameDecoder()
        self._transport: asyncio.SubprocessTransport
        self._input: asyncio.WriteTransport

    @classmethod
    async def start(
        cls, scrub: Callable[[str], str], of_client: Mapping[str, str] | None = None
    ) -> Worker:
        """Starts the process, which is `ready` some seconds later. Raises `OSError`.

        `scrub` removes keys from what it writes to stderr. `of_client` has the variables that
        differ by client, by default this process's.
        """
        loop = asyncio.get_running_loop()
        _, worker = await loop.subprocess_exec(
            lambda: cls(scrub),
            *(sys.executable, "-P", "-X", "utf8", "-m", _MODULE),
            env=worker_environment(os.environ, of_client),
            cwd=Path(sys.executable).parent,
        )
        return worker

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._transport.get_pid()

    @property
    def busy(self) -> bool:
        """Whether streams are running."""
        return bool(self._inboxes)

    @contextmanager
    def stream(self, ask: Ask) -> Generator[Inbox]:
        """Runs one stream and yields its inbox. Leaving the block cancels what still runs.

        Raises `UnicodeEncodeError` and `TypeError` if `ask` holds what JSON cannot.
        """
        request = encode_frame(encode([ask]))
        inbox = self._inboxes[ask.stream] = Inbox(ask.stream, self._send)
        try:
            if self.dead:
                inbox.put(Failed(ask.stream, "worker"))
            else:
                self._input.write(request)
            yield inbox
        finally:
            if self._inboxes.pop(ask.stream, None) is not None:
                self._send(Cancel(ask.stream))

    def end(self) -> None:
        """Ends the process by closing its stdin, at which it exits at once."""
        self.dead = True
        self._input.close()

    def kill(self) -> None:
        """Kills the process."""
        self.dead = True
        with contextlib.suppress(ProcessLookupError):
            self._transport.kill()

    async def aclose(self, within_s: float) -> None:
        """Ends the process and waits, and kills it if it takes longer than `within_s` seconds."""
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
        """Keeps the pipes of the process, which now runs."""
        self._transport = cast("asyncio.SubprocessTransport", transport)
        self._input = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Decodes what the process wrote to stdout, and logs what it wrote to stderr."""
        if fd != _STDOUT:
            self.stderr_log.feed(data)
            return
        try:
            for body in self._decoder.feed(data):
                for message in decode_from_worker(body):
                    self._receive(message)
        except _NOT_MESSAGES as error:
            _log.warning("the litellm worker sent an invalid message (%s)", type(error).__name__)
            self.kill()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Marks the worker as dead if its stdout is closed."""
        if fd == _STDOUT:
            self.dead = True

    def connection_lost(self, exc: Exception | None) -> None:
        """Reports the end of the process to every stream that still runs."""
        self.dead = True
        code, running = self._transport.get_returncode(), len(self._inboxes)
        _log.info("the litellm worker ended: exit code %s, %d streams broke", code, running)
        self.stderr_log.close()
        inboxes, self._inboxes = self._inboxes, {}
        for stream, inbox in inboxes.items():
            inbox.put(Failed(stream, "worker"))
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
                if inbox is None:  # the stream was cancelled while the message was on its way
                    return
                if isinstance(message, Failed | Closed):
                    del self._inboxes[message.stream]
                inbox.put(message)

    def _send(self, message: ToWorker) -> None:
        if not self.dead:
            self._input.write(encode_frame(encode([message])))


FULL_CHARACTERS: Final = 256 * 1024
DRAINED_CHARACTERS: Final = 64 * 1024


class Inbox:
    """One stream's messages. `send` sends the worker a message."""

    def __init__(self, stream: int, send: Callable[[Pause | Resume], None]) -> None:
        self._stream = stream
        self._send = send
        self._messages: deque[OfStream] = deque()
        self._characters = 0
        self._paused = False
        self._arrived = asyncio.Event()

    def put(self, message: OfStream) -> None:
        """Adds a message without waiting, and pauses a stream that is read too slowly."""
        self._messages.append(message)
        self._arrived.set()
        if isinstance(message, AnswerText):
            self._characters += len(message.text)
            if self._characters > FULL_CHARACTERS and not self._paused:
                self._paused = True
                self._send(Pause(self._stream))

    async def next(self) -> OfStream:
        """Waits for the next message and returns it."""
        while not self._messages:
            self._arrived.clear()
            await self._arrived.wait()
        message = self._messages.popleft()
        if isinstance(message, AnswerText):
            self._characters -= len(message.text)
            if self._paused and self._characters < DRAINED_CHARACTERS:
                self._paused = False
                self._send(Resume(self._stream))
        return message

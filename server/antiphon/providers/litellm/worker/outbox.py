"""Joins the worker's messages of a few milliseconds into one frame and writes it.

The first message after a pause is sent at once. Writing blocks: the server always reads its pipe,
and a stream that has too much waiting there is paused.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Final

from antiphon.providers.litellm.frames import encode_frame
from antiphon.providers.litellm.messages import AnswerText, encode

if TYPE_CHECKING:
    from antiphon.providers.litellm.messages import FromWorker

GATHER_S: Final = 0.004
FULL_CHARACTERS: Final = 256 * 1024


class Outbox:
    """Messages on their way to the pipe `target`. Its loop must be running."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._messages: list[FromWorker] = []
        self._texts: dict[int, tuple[bool, list[str]]] = {}
        """Texts that are not messages yet, by stream."""
        self._characters = 0
        self._flushed = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def say(self, stream: int, text: str, *, thinking: bool) -> None:
        """Adds text of a stream, joined with its text before of the same kind."""
        waiting = self._texts.get(stream)
        if waiting is not None and waiting[0] is not thinking:
            self._add_text_message(stream)
            waiting = None
        if waiting is None:
            self._texts[stream] = thinking, [text]
        else:
            waiting[1].append(text)
        self._characters += len(text)
        self._schedule()

    def put(self, message: FromWorker) -> None:
        """Adds a message after all earlier text of its stream."""
        stream: int | None = getattr(message, "stream", None)
        if stream is not None:
            self._add_text_message(stream)
        self._messages.append(message)
        self._schedule()

    def flush(self) -> None:
        """Writes everything that waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._flushed = time.monotonic()
        for stream in tuple(self._texts):
            self._add_text_message(stream)
        messages, self._messages = self._messages, []
        self._characters = 0
        if messages:
            self._write(encode_frame(encode(messages)))

    def _schedule(self) -> None:
        wait = self._flushed + GATHER_S - time.monotonic()
        if wait <= 0 or self._characters > FULL_CHARACTERS:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(wait, self.flush)

    def _add_text_message(self, stream: int) -> None:
        waiting = self._texts.pop(stream, None)
        if waiting is not None:
            thinking, parts = waiting
            self._messages.append(AnswerText(stream, "".join(parts), thinking))

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._target, view) :]
        except OSError:
            os._exit(0)  # nobody is left to read it

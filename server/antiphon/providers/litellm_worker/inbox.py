"""What the worker sent of one stream and nobody has taken yet, with room for only so much.

The worker is asked to pause a stream whose reader is slow; the others go on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from antiphon.providers.litellm_worker.messages import Pause, Resume, Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.providers.litellm_worker.messages import OfStream

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

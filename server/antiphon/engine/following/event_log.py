"""Keeps the latest events of a followed session for all its followers, within a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.wire import Wire

_MOST_CHARACTERS: Final = 1024 * 1024
_MOST_EVENTS: Final = 4096
_LONGEST_BATCH: Final = 65_536


class LoggedEvent(Struct):
    """One event, which is encoded once for all followers."""

    event: Wire
    size: int
    """Characters of text in it."""
    at: int | None = None
    """The length of the pane document before it, in UTF-16 code units."""
    encoded: bytes = b""
    """Its wire form, as soon as a follower needed it."""


class EventLog:
    """The latest events, numbered from zero, oldest first."""

    def __init__(
        self, *, most_characters: int = _MOST_CHARACTERS, most_events: int = _MOST_EVENTS
    ) -> None:
        self._most_characters = most_characters
        self._most_events = most_events
        self._events: list[LoggedEvent] = []
        self._first = 0
        self._characters = 0
        self._grown = anyio.Event()

    @property
    def end(self) -> int:
        """The number of the next event."""
        return self._first + len(self._events)

    def add(self, events: Sequence[LoggedEvent]) -> None:
        """Adds `events`, forgets the oldest beyond the bound, and wakes the followers."""
        self._events += events
        self._characters += sum(each.size for each in events)
        gone = 0
        while len(self._events) - gone > self._most_events or (
            self._characters > self._most_characters and gone < len(self._events)
        ):
            self._characters -= self._events[gone].size
            gone += 1
        del self._events[:gone]
        self._first += gone
        self.wake()

    def wake(self) -> None:
        """Wakes everybody who waits for `grown`."""
        self._grown.set()
        self._grown = anyio.Event()

    async def grown(self) -> None:
        """Returns at the next event, or when a follower is stopped."""
        await self._grown.wait()

    def read(self, number: int) -> list[LoggedEvent] | None:
        """Returns a batch of the events from `number` on, or `None` if some are forgotten."""
        if number < self._first:
            return None
        batch: list[LoggedEvent] = []
        characters = 0
        for each in self._events[number - self._first :]:
            batch.append(each)
            characters += each.size
            if characters >= _LONGEST_BATCH:
                break
        return batch

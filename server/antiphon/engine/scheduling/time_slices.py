"""Shares the event loop among streams in slices of a millisecond."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon.engine.ports import Clock

_TURN: Final = 0.001


class TimeSlices:
    """Shares the event loop among all streams: 1 ms of one stream's work, then others' work.

    A stream whose data is always ready never gives way by itself, so that neither the timer nor a
    request of the editor would run. Streams that want more have their turns in order, one in each
    round of the loop.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends = 0.0
        self._is_open = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def yield_if_due(self) -> None:
        """Returns at once while the turn lasts, else when the caller's next one has come."""
        loop = asyncio.get_running_loop()
        if not self._is_open and not self._waiting:
            self._is_open = True
            self._ends = self._clock() + _TURN
            loop.call_soon(self._close)
        elif self._clock() >= self._ends:
            place = loop.create_future()
            self._waiting.append(place)
            if len(self._waiting) == 1:
                loop.call_soon(self._next)
            await place

    def _close(self) -> None:
        self._is_open = False

    def _next(self) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():  # else its stream was stopped meanwhile
                self._ends = self._clock() + _TURN
                place.set_result(None)
                break
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._next)

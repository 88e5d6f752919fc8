"""Shares the event loop among streams in slices of a millisecond."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon.engine.ports import Clock

_SLICE_S: Final = 0.001


class TimeSlices:
    """Shares the event loop among all streams, in slices of 1 ms.

    A stream whose data is always ready never yields by itself, so neither the timer nor a request
    of the editor would run. Streams that need more time get their slices in order, one in each
    round of the loop.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends = 0.0
        self._is_open = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def yield_if_due(self) -> None:
        """Returns at once within the caller's slice, else at the start of its next one."""
        loop = asyncio.get_running_loop()
        if not self._is_open and not self._waiting:
            self._is_open = True
            self._ends = self._clock() + _SLICE_S
            loop.call_soon(self._close)
        elif self._clock() >= self._ends:
            waiter = loop.create_future()
            self._waiting.append(waiter)
            if len(self._waiting) == 1:
                loop.call_soon(self._start_next)
            await waiter

    def _close(self) -> None:
        self._is_open = False

    def _start_next(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():  # if it is done, its stream was stopped meanwhile
                self._ends = self._clock() + _SLICE_S
                waiter.set_result(None)
                break
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._start_next)

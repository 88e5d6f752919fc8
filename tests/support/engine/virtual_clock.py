"""Time that stands still until the test moves it, and the schedule that lives by it."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count

_TURNS = 50
"""Of the loop: more than any waiting task needs to get to its next wait."""


class VirtualTime:
    """A clock, and a `sleep` that ends when the clock has been moved past it."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.sleeping: list[tuple[float, int, asyncio.Event]] = []
        self.slept: list[float] = []
        """Every wait that was asked for, in seconds."""
        self._number = count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.Event()
        heapq.heappush(self.sleeping, (self.now + seconds, next(self._number), woken))
        await woken.wait()

    async def rest(self) -> None:
        """Lets everything run that needs no time to pass."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def pass_by(self, seconds: float) -> None:
        """Moves the clock, waking every sleeper at its time."""
        await self.rest()
        end = self.now + seconds
        while self.sleeping and self.sleeping[0][0] <= end:
            until, _, woken = heapq.heappop(self.sleeping)
            self.now = max(self.now, until)
            woken.set()
            await self.rest()
        self.now = end
        await self.rest()

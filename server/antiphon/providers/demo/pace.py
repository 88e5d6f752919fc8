"""Sets the demo's speed: every token has a deadline, counted from the answer's start.

A wait after each token would add up every delay of a busy machine. Deadlines do not: a task that
wakes up late sends all tokens that are due.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.engine.ports import Clock

BURST: Final = 64
"""Tokens at once without a speed limit, before the loop may run other tasks."""


@dataclass(slots=True)
class Pace:
    """Computes how many tokens are due. Make it when the wait for the first begins."""

    tokens_per_second: float
    """0 for as fast as possible."""
    clock: Clock = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    _started: float = field(init=False)

    def __post_init__(self) -> None:
        self._started = self.clock()

    async def due(self, sent: int) -> int:
        """Waits until more tokens than `sent` are due, and returns how many, at least one.

        Other tasks may run at every call, even if there is nothing to wait for.
        """
        if self.tokens_per_second <= 0:
            await self.sleep(0)
            return BURST
        deadline = self._started + (sent + 1) / self.tokens_per_second
        await self.sleep(max(0.0, deadline - self.clock()))
        due = int((self.clock() - self._started) * self.tokens_per_second)
        return max(1, due - sent)

"""How fast the demo speaks: every token has its time, counted from the start of the answer.

Waiting a while after each token would add up every delay of a busy machine; a deadline of its own
for each does not, and whoever wakes up late sends all that is due.
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
"""Tokens at once where there is no speed limit; then the loop may do something else."""


@dataclass(slots=True)
class Pace:
    """Says how many tokens are due; made when the first of them begins to be waited for."""

    tokens_per_second: float
    """0 for as fast as they are taken."""
    clock: Clock = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    _started: float = field(init=False)

    def __post_init__(self) -> None:
        self._started = self.clock()

    async def due(self, sent: int) -> int:
        """Waits until a token more than `sent` is due, and returns how many are: at least one.

        Gives way to other tasks at every call, also where nothing needs to be waited for.
        """
        if self.tokens_per_second <= 0:
            await self.sleep(0)
            return BURST
        deadline = self._started + (sent + 1) / self.tokens_per_second
        await self.sleep(max(0.0, deadline - self.clock()))
        due = int((self.clock() - self._started) * self.tokens_per_second)
        return max(1, due - sent)

"""How many requests may leave in a minute: the person's own limit, by provider.

The `limits` library counts, in a window that moves. Importing it takes some 150 ms, so only who
sets a limit pays for it, and in a thread.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread

if TYPE_CHECKING:
    from limits.strategies import MovingWindowRateLimiter

_SHORTEST_WAIT_S: Final = 0.01
"""The window's clock and ours may differ by less than this at its edge."""


class RequestRateLimit:
    """Counts the requests of the last minute, for each provider apart."""

    def __init__(self) -> None:
        self._window: MovingWindowRateLimiter | None = None
        self._loading = anyio.Lock()

    async def take(self, provider: str, per_minute: int) -> float:
        """Takes one of the minute's requests: 0.0, or the seconds until one will be free."""
        async with self._loading:  # in order: the first to come takes the first request
            if self._window is None:
                self._window = await anyio.to_thread.run_sync(_window)
        from limits import RateLimitItemPerMinute  # noqa: PLC0415 - loaded by the thread above

        item = RateLimitItemPerMinute(per_minute)
        if self._window.hit(item, provider):
            return 0.0
        # The window's own clock is the wall's.
        left = self._window.get_window_stats(item, provider).reset_time - time.time()
        return max(_SHORTEST_WAIT_S, left)


def _window() -> MovingWindowRateLimiter:
    from limits.storage import MemoryStorage  # noqa: PLC0415 - in a thread, where a limit is set
    from limits.strategies import MovingWindowRateLimiter  # noqa: PLC0415 - likewise

    return MovingWindowRateLimiter(MemoryStorage())

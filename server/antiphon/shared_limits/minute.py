"""Counts the requests of the last minute for all servers, by the library `limits`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

_LEAST_WAIT_S: Final = 0.05
"""Servers' clocks differ a little, so a wait that is over by ours may not be by Redis' entries."""


class _PerMinute(RateLimitItemPerMinute):
    """So many requests a minute, counted together with other numbers' requests."""

    def key_for(self, *identifiers: bytes | str | float) -> str:
        return ":".join(map(str, identifiers))


class MinuteCount:
    """The requests of the last minute, by account."""

    def __init__(self, pool: ConnectionPool) -> None:
        storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix="antiphon:requests",
            connection_pool=pool,  # pyright: ignore[reportArgumentType] - as its documentation says
        )
        self._limiter = MovingWindowRateLimiter(storage)

    async def take(self, account: str, per_minute: int) -> float:
        """Counts a request and returns 0.0, or returns the seconds until one is free."""
        item = _PerMinute(per_minute)
        if await self._limiter.hit(item, account):
            return 0.0
        window = await self._limiter.get_window_stats(item, account)
        return max(window.reset_time - time.time(), _LEAST_WAIT_S)

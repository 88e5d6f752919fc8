"""A Redis of its own for every test, and servers' limits that are shared over it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from antiphon.shared_limits.redis_limits import RedisLimits
from support.redis.redis_server import RedisServer
from support.redis.sharing import reach, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    Share = Callable[..., Awaitable[RedisLimits]]


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
async def share(redis_server: RedisServer) -> AsyncIterator[Share]:
    """Makes the limits of one more server, which are shared when it returns."""
    async with AsyncExitStack() as stack:

        async def make(url: str | None = None) -> RedisLimits:
            limits = await stack.enter_async_context(running(RedisLimits(url or redis_server.url)))
            await reach(limits, shared=True)
            return limits

        yield make

"""Runs the limits that a server shares, and waits until they are shared or are not."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from antiphon.shared_limits.backend import Backend
    from antiphon.shared_limits.redis_limits import RedisLimits


@asynccontextmanager
async def running(limits: RedisLimits) -> AsyncIterator[RedisLimits]:
    """Runs the limits in a task of their own, as fixtures begin and end in different ones."""
    over = asyncio.Event()

    async def hold() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(limits.run)
            await over.wait()
            tasks.cancel_scope.cancel()

    held = asyncio.create_task(hold())
    yield limits
    over.set()
    await held


async def reach(limits: RedisLimits, *, shared: bool) -> None:
    """Waits until the limits are shared, or are not and a reason is known."""
    async with asyncio.timeout(20):
        while limits.status().shared is not shared or (not shared and not limits.status().problem):
            await asyncio.sleep(0.01)


async def wait_in_line(limits: RedisLimits, count: int, account: str = "account") -> None:
    """Waits until so many requests of all servers wait for a slot of the account."""
    name = f"antiphon:slots:{{{account}}}:waiting"

    async def count_waiting(backend: Backend) -> int:
        return await backend.leases._client.zcard(name)

    async with asyncio.timeout(10):
        while await limits.ask(count_waiting) != count:
            await asyncio.sleep(0.01)

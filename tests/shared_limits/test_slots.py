"""Slots that servers share, over a real Redis."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from antiphon.shared_limits.leases import LEASE_MS
from antiphon.shared_limits.redis_limits import RedisLimits
from support.redis.sharing import reach, running, wait_in_line


def _silent(_streaming: int, _before: int) -> None:
    """Reports nothing."""


async def _take(limits: RedisLimits, slots: int, name: str = "account") -> AsyncExitStack:
    stack = AsyncExitStack()
    await stack.enter_async_context(limits.slot(name, slots, _silent))
    return stack


async def test_two_servers_hold_no_more_slots_together_than_there_are(share) -> None:
    one, other = await share(), await share()
    first = await _take(one, 2)
    second = await _take(other, 2)
    third = asyncio.create_task(_take(other, 2))
    await wait_in_line(one, 1)
    assert not third.done()
    await first.aclose()
    async with asyncio.timeout(10):
        await (await third).aclose()
    await second.aclose()


async def test_accounts_do_not_wait_for_each_other(share) -> None:
    one, other = await share(), await share()
    async with await _take(one, 1, "a"), asyncio.timeout(10), await _take(other, 1, "b"):
        pass


async def test_who_came_first_is_next_whichever_server_it_asks(share) -> None:
    servers = [await share() for _ in range(3)]
    holder = await _take(servers[0], 1)
    order: list[int] = []

    async def wait(number: int) -> None:
        async with await _take(servers[number % 3], 1):
            order.append(number)

    async with asyncio.TaskGroup() as waiting:
        for number in range(6):
            waiting.create_task(wait(number))
            await wait_in_line(servers[0], number + 1)
        await holder.aclose()
    assert order == [*range(6)]


async def test_a_request_that_is_stopped_leaves_the_line(share) -> None:
    one, other = await share(), await share()
    holder = await _take(one, 1)
    stopped = asyncio.create_task(_take(other, 1))
    await wait_in_line(one, 1)
    stopped.cancel()
    await wait_in_line(one, 0)
    await holder.aclose()


async def test_a_long_wait_is_reported_with_what_is_before_it(share) -> None:
    limits = await share()
    holder = await _take(limits, 1)
    reports: list[tuple[int, int]] = []
    reported = asyncio.Event()

    def report(streaming: int, before: int) -> None:
        reports.append((streaming, before))
        reported.set()

    async def wait() -> None:
        async with limits.slot("account", 1, report):
            pass

    waiting = asyncio.create_task(wait())
    async with asyncio.timeout(10):
        await reported.wait()
        await holder.aclose()
        await waiting
    assert reports == [(1, 0), (0, 0)]


async def test_a_lease_ends_by_itself_and_is_held_on_by_who_lives(share, redis_server) -> None:
    limits = await share()
    held = await _take(limits, 1)
    async with redis_server.client() as redis:
        [name] = [each async for each in redis.scan_iter("antiphon:slots:*:held")]
        assert 0 < await redis.pttl(name) <= LEASE_MS
        # As after a killed server: nobody renews, and the time is over.
        [(token, _)] = await redis.zrange(name, 0, -1, withscores=True)
        await redis.zadd(name, {token: 1})
        limits._wake()  # the renewal, which is due every few seconds
        async with asyncio.timeout(10):
            while (await redis.zrange(name, 0, -1, withscores=True))[0][1] == 1:
                await asyncio.sleep(0.01)
    await held.aclose()


async def test_an_expired_lease_is_free_for_others(share, redis_server) -> None:
    limits = await share()
    async with redis_server.client() as redis:
        await redis.zadd("antiphon:slots:{account}:held", {"of a killed server": 1})
    async with asyncio.timeout(10), await _take(limits, 1):
        pass


async def test_a_server_that_ends_gives_its_slots_back(redis_server) -> None:
    ending = RedisLimits(redis_server.url)
    async with running(ending):
        await reach(ending, shared=True)
        await (await _take(ending, 1)).aclose()
    async with redis_server.client() as redis:
        assert await redis.zcard("antiphon:slots:{account}:held") == 0


@pytest.mark.parametrize("slots", [1, 3])
async def test_many_at_once_never_hold_more_than_the_slots(share, slots: int) -> None:
    servers = [await share(), await share()]
    streaming = most = 0

    async def stream(number: int) -> None:
        nonlocal streaming, most
        async with servers[number % 2].slot("account", slots, _silent):
            streaming += 1
            most = max(most, streaming)
            await asyncio.sleep(0)
            streaming -= 1

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for number in range(12):
            group.create_task(stream(number))
    assert most <= slots

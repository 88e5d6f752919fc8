"""Requests of the last minute, counted for all servers together over a real Redis."""

from __future__ import annotations

import asyncio

import pytest


async def test_two_servers_have_one_minute_together(share) -> None:
    one, other = await share(), await share()
    assert [await one.take_request("account", 3) for _ in range(2)] == [0, 0]
    assert await other.take_request("account", 3) == 0
    assert 0 < await other.take_request("account", 3) <= 60
    assert 0 < await one.take_request("account", 3) <= 60


async def test_a_refused_request_is_not_counted(share) -> None:
    limits = await share()
    assert await limits.take_request("account", 1) == 0
    assert await limits.take_request("account", 1) > 0
    assert await limits.take_request("account", 2) == 0


async def test_servers_with_other_numbers_count_together(share) -> None:
    one, other = await share(), await share()
    assert [await one.take_request("account", 10) for _ in range(4)] == [0] * 4
    assert await other.take_request("account", 4) > 0
    assert await other.take_request("account", 5) == 0


async def test_many_at_once_are_counted_exactly(share) -> None:
    servers = [await share(), await share()]
    found = await asyncio.gather(
        *(servers[number % 2].take_request("account", 7) for number in range(30))
    )
    assert found.count(0) == 7


@pytest.mark.parametrize("name", ["other", "account2"])
async def test_accounts_are_counted_apart(share, name: str) -> None:
    limits = await share()
    assert await limits.take_request("account", 1) == 0
    assert await limits.take_request(name, 1) == 0

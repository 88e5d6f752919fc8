"""A Redis that is absent, refuses, stands still or goes: no question fails or waits for it."""

from __future__ import annotations

import asyncio
import logging
import re
import sys

import pytest

from antiphon.shared_limits.redis_limits import RedisLimits
from support import ROOT
from support.redis.redis_server import PASSWORD
from support.redis.sharing import reach, running, wait_in_line

MANY = 40


def _silent(_streaming: int, _before: int) -> None:
    """Reports nothing."""


async def _ask_much(limits: RedisLimits) -> None:
    """Asks as many requests at once do, with more slots held than there are."""

    async def ask() -> None:
        async with limits.slot("account", 1, _silent):
            assert await limits.take_request("account", 1) is None

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for _ in range(MANY):
            group.create_task(ask())


def _lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [each for each in caplog.records if each.name.startswith("antiphon.shared_limits")]
    assert all(each.exc_info is None for each in found)
    assert not any(PASSWORD in each.getMessage() for each in caplog.records)
    return [each.getMessage() for each in found if each.levelno >= logging.INFO]


async def test_before_redis_has_answered_each_server_limits_by_itself(redis_server) -> None:
    await _ask_much(RedisLimits(redis_server.url))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://:{password}@127.0.0.1:1/0", "cannot be reached"),
        ("redis://:{password}no@127.0.0.1:{port}/0", "refuses the user or the password"),
        ("redis://127.0.0.1:{port}/0", "refuses the user or the password"),
        ("rediss://:{password}@127.0.0.1:{port}/0", "speaks TLS"),
        ("redis://:{password}@127.0.0.1:{port}/99", "refuses to count"),
        ("redis://:{password}@127.0.0.1:{port}/0?socket_timeout=x", "not an address"),
        ("unix:///nowhere/redis.sock", "cannot be reached"),
    ],
)
async def test_what_is_wrong_is_one_line_without_the_password(
    url: str, words: str, redis_server, caplog
) -> None:
    caplog.set_level(logging.DEBUG)
    limits = RedisLimits(url.format(password=PASSWORD, port=redis_server.port))
    async with running(limits):
        await reach(limits, shared=False)
        await _ask_much(limits)
        [line] = _lines(caplog)
    assert words in line
    assert words in (limits.status().problem or "")
    assert PASSWORD not in repr(limits.status())


async def test_a_redis_that_stands_still_holds_up_nobody_for_long_and_comes_back(
    share, redis_server, caplog
) -> None:
    caplog.set_level(logging.INFO)
    limits = await share()
    redis_server.pause()
    await _ask_much(limits)
    assert limits.status().shared is False
    await _ask_much(limits)
    redis_server.resume()
    await reach(limits, shared=True)
    assert [line.split(":")[0] for line in _lines(caplog)] == [
        "limits are shared with other servers",
        "limits are this server's own for now",
        "limits are shared with other servers",
    ]


async def test_after_a_restart_the_slots_that_are_held_are_known_again(share, redis_server) -> None:
    one, other = await share(), await share()
    async with one.slot("account", 1, _silent):
        redis_server.stop()
        assert await one.take_request("account", 9) is None
        assert await other.take_request("account", 9) is None
        redis_server.start()
        for each in (one, other):
            await reach(each, shared=True)
        waiting = asyncio.create_task(_hold_once(other))
        await wait_in_line(one, 1)
        assert not waiting.done()
    async with asyncio.timeout(10):
        await waiting


async def _hold_once(limits: RedisLimits) -> None:
    async with limits.slot("account", 1, _silent):
        pass


async def test_who_waits_for_a_slot_goes_on_when_redis_goes(share, redis_server) -> None:
    one, other = await share(), await share()
    async with one.slot("account", 1, _silent):
        waiting = asyncio.create_task(_hold_once(other))
        await wait_in_line(one, 1)
        assert not waiting.done()
        redis_server.stop()
        async with asyncio.timeout(10):
            await waiting


async def test_a_redis_that_can_only_be_read_shares_nothing(
    redis_server,
) -> None:
    async with redis_server.client() as client:
        await client.replicaof("127.0.0.1", "1")
    limits = RedisLimits(redis_server.url)
    async with running(limits):
        await reach(limits, shared=False)
        assert "ReadOnly" in (limits.status().problem or "")


async def test_without_the_extra_the_problem_names_the_command(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    monkeypatch.delitem(sys.modules, "antiphon.shared_limits.backend", raising=False)
    monkeypatch.delitem(sys.modules, "antiphon.shared_limits.client", raising=False)
    limits = RedisLimits("redis://127.0.0.1:1")
    await limits.run()
    assert "the extra `redis`" in (limits.status().problem or "")


async def test_the_user_of_redis_that_the_documentation_names_is_enough(redis_server) -> None:
    page = (ROOT / "docs" / "many-clients.md").read_text("utf-8")
    [rule] = re.findall(r"^ACL SETUSER (.+)$", page, re.MULTILINE)
    async with redis_server.client() as client:
        await client.execute_command("ACL", "SETUSER", *rule.split())
    limits = RedisLimits(redis_server.url.replace(f":{PASSWORD}", "antiphon:password"))
    async with running(limits):
        await reach(limits, shared=True)
        async with limits.slot("account", 1, _silent):
            assert await limits.take_request("account", 1) == 0
            waited = await limits.take_request("account", 1)
        assert waited is not None
        assert waited > 0
        await limits.ask(limits._slots.settle)
        assert limits.status().shared, limits.status().problem

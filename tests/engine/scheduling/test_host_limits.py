"""What other servers share counts before what this server has counted, as long as it can be had."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports import Host
from antiphon.engine.ports.shared_limits import SharedLimits
from antiphon.engine.scheduling.host_limits import HostLimits
from antiphon.engine.scheduling.rate_limit import RequestRateLimit
from antiphon.engine.scheduling.schedule import RequestScheduler
from antiphon.model.commands.models import LimitsStatus
from support.engine.scheduled_run import Stage, done, open_stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

CLOUD = Host("openai 1234 api.example.com", 8, shared_name="5678")
UNSHARED = Host("openai 1234 api.example.com", 8)


class Team(SharedLimits):
    """The limits of servers in one process, which can be out of reach."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.minute = RequestRateLimit(clock)
        self.is_there = True
        self.free = asyncio.Event()
        self.free.set()
        self.names: list[str] = []

    @asynccontextmanager
    async def slot(self, account, slots, tell):
        self.names.append(account)
        if not self.free.is_set():
            tell(slots, 0)
            await self.free.wait()
            tell(0, 0)
        yield

    async def take_request(self, account: str, per_minute: int) -> float | None:
        self.names.append(account)
        return self.minute.take(account, per_minute) if self.is_there else None

    def status(self) -> LimitsStatus:
        return LimitsStatus(shared=self.is_there)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path / "history.db") as stage:
        yield stage


@pytest.fixture
def now() -> list[float]:
    """The time, moved by hand."""
    return [1_000.0]


@pytest.fixture
def team(now: list[float]) -> Team:
    return Team(lambda: now[0])


def server(team: Team | None, now: list[float]) -> HostLimits:
    return HostLimits(lambda: now[0], team)


async def test_two_servers_have_one_minute_together(team, now) -> None:
    one, other = server(team, now), server(team, now)
    assert await one.take_request("work", CLOUD, 2) == 0
    now[0] += 20
    assert await other.take_request("work", CLOUD, 2) == 0
    assert await one.take_request("work", CLOUD, 2) == pytest.approx(40)


async def test_a_server_that_is_left_alone_goes_on_with_its_minute(team, now) -> None:
    alone = server(team, now)
    assert await alone.take_request("work", CLOUD, 2) == 0
    team.is_there = False
    assert await alone.take_request("work", CLOUD, 2) == 0
    assert await alone.take_request("work", CLOUD, 2) == pytest.approx(60)


async def test_what_has_no_shared_name_is_the_servers_own(team, now) -> None:
    one, other = server(team, now), server(team, now)
    assert await one.take_request("work", UNSHARED, 1) == 0
    assert await other.take_request("work", UNSHARED, 1) == 0
    assert team.names == []


async def test_providers_at_one_account_are_counted_apart_under_names_that_say_nothing(
    team, now
) -> None:
    limits = server(team, now)
    assert await limits.take_request("gpu.internal.example", CLOUD, 1) == 0
    assert await limits.take_request("other", CLOUD, 1) == 0
    assert len(set(team.names)) == 2
    assert not any("gpu" in name or "other" in name for name in team.names)


async def test_a_request_waits_for_a_slot_of_all_servers_and_says_so(
    stage: Stage, monkeypatch
) -> None:
    team = Team(stage.time)
    hosts = HostLimits(stage.time, team)
    stage.harness.service.schedule = RequestScheduler(
        stage.providers, stage.time, stage.time.sleep, hosts=hosts
    )
    monkeypatch.setattr(stage.providers, "host", lambda name: Host(name, 8, shared_name="5678"))
    team.free.clear()
    run = stage.ask("a")
    await stage.in_line("a")
    assert stage.sent() == {}
    await stage.time.pass_by(7)
    team.free.set()
    await stage.answer("a", after_s=2)
    [result] = (await done(run)).results
    assert (result.latency.queued_ms, result.latency.ttft_ms) == (7_000, 2_000)
    assert team.names == ["5678"]


async def test_a_minute_of_all_servers_is_waited_for(stage: Stage, monkeypatch) -> None:
    team = Team(stage.time)
    hosts = HostLimits(stage.time, team)
    schedule = RequestScheduler(stage.providers, stage.time, stage.time.sleep, hosts=hosts)
    schedule.requests_per_minute = 1
    stage.harness.service.schedule = schedule
    host = Host("script", 8, shared_name="5678")
    monkeypatch.setattr(stage.providers, "host", lambda _: host)
    other = HostLimits(stage.time, team)
    assert await other.take_request("script", host, 1) == 0
    run = stage.ask("a")
    [(_, seconds, kind)] = await stage.told("script/a")
    assert (seconds, kind) == (pytest.approx(60), "rate_limited")
    assert stage.sent() == {}
    await stage.time.pass_by(60)
    await stage.answer("a")
    assert (await done(run)).status == "complete"

"""Whose request leaves when: real runs over a provider that is played by hand, in virtual time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports import Host
from antiphon.engine.ports.deltas import Connected, RateLimitRemaining, Text
from support.engine.scheduled_run import Stage, done, open_stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from antiphon.model.commands.runs import RunResult


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path / "history.db") as stage:
        yield stage


async def test_queueing_is_told_apart_so_that_the_time_to_the_first_token_is_comparable(
    stage: Stage,
) -> None:
    stage.providers.concurrency = 1
    run = stage.ask("a", "b", "c")
    for model in "abc":
        await stage.answer(model, after_s=2)
    latencies = [each.latency for each in (await done(run)).results]
    assert [each.queued_ms for each in latencies] == [0, 2_000, 4_000]
    assert [each.ttft_ms for each in latencies] == [2_000] * 3
    assert [each.total_ms for each in latencies] == [2_000, 4_000, 6_000]


async def test_a_local_host_answers_the_loaded_model_first_and_each_model_at_one_go(
    stage: Stage,
) -> None:
    stage.providers.concurrency, stage.providers.local = 1, True
    stage.providers.loaded = ["c"]
    run = stage.ask("a", "b", "c", "a", "c")
    order: list[str] = []
    for _ in range(5):
        await stage.time.rest()
        async with asyncio.timeout(10):
            while not (now := [m for m, n in stage.sent().items() if n > order.count(m)]):
                await asyncio.sleep(0.001)
        order += now
        await stage.answer(now[0], order.count(now[0]))
    assert order == ["c", "c", "a", "a", "b"]
    assert stage.providers.asked_for_loaded > 0
    assert (await done(run)).status == "complete"


async def test_two_names_of_one_host_share_its_places(stage: Stage, monkeypatch) -> None:
    monkeypatch.setattr(stage.providers, "names", lambda: ["one", "two"])
    monkeypatch.setattr(stage.providers, "host", lambda _: Host("machine", 1, local=True))
    first = stage.ask("a", provider="one")
    await stage.providers.opened("a")
    second = stage.ask("b", provider="two")
    await stage.time.rest()
    assert stage.sent() == {"a": 1}
    await stage.answer("a")
    await stage.answer("b")
    assert [(await done(run)).status for run in (first, second)] == ["complete"] * 2


async def test_siblings_of_a_request_that_met_an_overloaded_provider_wait_and_say_so(
    stage: Stage,
) -> None:
    stage.providers.concurrency = 1
    run = stage.ask("a", "b")
    await stage.fail("a", "overloaded", http_status=529, retry_after_ms=20_000)
    [(attempt, seconds, kind)] = await stage.told("script/b")
    assert (attempt, kind) == (1, "overloaded")
    assert 20 <= seconds <= 22
    await stage.time.pass_by(19.9)
    assert stage.sent() == {"a": 1}
    await stage.time.pass_by(2.2)
    await stage.answer("b")
    await stage.answer("a", 2)
    result = await done(run)
    assert result.status == "complete"
    latency = result.results[1].latency
    assert latency.queued_ms >= 20_000
    assert latency.queued_ms + latency.ttft_ms == latency.total_ms


async def test_a_wait_that_a_provider_names_holds_only_its_model(stage: Stage) -> None:
    stage.providers.concurrency = 1
    run = stage.ask("a", "b")
    await stage.fail("a", "rate_limited", http_status=429, retry_after_ms=20_000)
    await stage.answer("b")
    await stage.time.pass_by(23)
    await stage.answer("a", 2)
    assert (await done(run)).status == "complete"
    assert [attempt for attempt, _, _ in await stage.told("script/a")] == [2]


async def test_a_limit_of_tokens_is_waited_for_and_then_asked_with_half_the_places(
    stage: Stage,
) -> None:
    stage.providers.concurrency = 4
    first = stage.ask("a")
    await stage.fail("a", "rate_limited", http_status=429, wait_hint="tokens")
    await stage.told("script/a")
    second = stage.ask("b", "c", "d", "e")
    await stage.in_line(*"abcde")
    assert stage.sent() == {"a": 1, "b": 1, "c": 1}
    for model in "bcde":
        await stage.answer(model)
    await stage.time.pass_by(60)
    await stage.answer("a", 2)
    assert [(await done(run)).status for run in (first, second)] == ["complete"] * 2


async def test_an_allowance_that_is_used_up_is_waited_for(stage: Stage) -> None:
    first = stage.ask("a")
    stream = await stage.providers.opened("a")
    stream.play(RateLimitRemaining("requests", 0, 12.0))
    await stage.answer("a")
    await done(first)
    second = stage.ask("a")
    assert await stage.told("script/a") == [(1, 12.0, "rate_limited")]
    await stage.time.pass_by(11.9)
    assert stage.sent() == {"a": 1}
    await stage.time.pass_by(0.2)
    await stage.answer("a", 2)
    [result] = (await done(second)).results
    assert (result.status, result.latency.queued_ms) == ("complete", 12_000)


async def test_the_users_own_limit_makes_requests_wait_their_minute(
    stage: Stage,
) -> None:
    stage.harness.service.schedule.requests_per_minute = 2
    run = stage.ask("a", "b", "c")
    await stage.answer("a")
    await stage.answer("b")
    [(attempt, seconds, kind)] = await stage.told("script/c")
    assert (attempt, kind) == (1, "rate_limited")
    assert seconds == pytest.approx(60, abs=0.1)
    assert stage.sent() == {"a": 1, "b": 1}
    await stage.time.pass_by(60.1)
    await stage.answer("c")
    assert (await done(run)).results[2].latency.queued_ms >= 60_000


async def test_siblings_wait_for_the_headers_of_the_first_request_with_a_new_key(
    stage: Stage,
) -> None:
    stage.providers.unproven, stage.providers.connects = {"script"}, False
    run = stage.ask("a", "b", "c")
    scout = await stage.providers.opened("a")
    await stage.time.rest()
    assert stage.sent() == {"a": 1}
    scout.play(Connected())
    for model in "bca":
        await stage.answer(model)
    assert (await done(run)).status == "complete"


WAITS = ["queue", "countdown", "hold", "allowance", "minute", "scout"]


@pytest.mark.parametrize("wait", WAITS)
async def test_who_is_stopped_while_waiting_ends_at_once_and_sends_nothing(
    stage: Stage, wait: str
) -> None:
    before = await waiting(stage, wait)
    asked = sum(stage.sent().values())
    assert stage.harness.runs.cancel(None, None) > 0
    for run in before:
        assert (await done(run)).status == "cancelled"
    assert sum(stage.sent().values()) == asked


async def waiting(stage: Stage, wait: str) -> list[asyncio.Task[RunResult]]:
    """Runs of which one pane waits in that way."""
    if wait == "queue":
        stage.providers.concurrency = 1
    elif wait == "minute":
        stage.harness.service.schedule.requests_per_minute = 1
    elif wait == "scout":
        stage.providers.unproven, stage.providers.connects = {"script"}, False
    runs = [stage.ask("a")]
    first = await stage.providers.opened("a")
    if wait in {"countdown", "hold"}:
        first.fail("overloaded", http_status=529, retry_after_ms=30_000)
        await stage.told("script/a")
    elif wait == "allowance":
        first.play(RateLimitRemaining("tokens", 0, 30.0), Text("Hi"))
        await stage.harness.settled()
    if wait != "countdown":
        model = "a" if wait in {"allowance", "hold"} else "b"
        runs.append(stage.ask(model))
        await stage.in_line("a", model)
    return runs

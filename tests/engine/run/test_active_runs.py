"""What is running: found by run and by pane, claimed once, limited by provider."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller


def start(harness: EngineHarness, caller: FakeCaller, *models: str, **params) -> asyncio.Task:
    names = [f"script/{model}" for model in models]
    return asyncio.ensure_future(harness.broadcast(caller, models=names, **params))


async def test_a_run_is_found_while_it_lasts_and_not_after(
    harness: EngineHarness, caller: FakeCaller
):
    task = start(harness, caller, "a")
    stream = await harness.providers.opened("a")
    (pane_id,) = caller.sink.reducer.texts
    assert harness.runs.busy(pane_id)
    assert harness.runs.live(pane_id) is not None
    stream.finish()
    await task
    assert not harness.runs.busy(pane_id)
    assert harness.runs.live(pane_id) is None
    assert harness.runs.cancel(None, None) == 0


async def test_a_claim_keeps_others_off_until_it_is_released(harness: EngineHarness):
    harness.runs.claim({"P", "Q"})
    assert harness.runs.busy("P")
    assert harness.runs.live("P") is None
    harness.runs.release({"P"})
    assert not harness.runs.busy("P")
    assert harness.runs.busy("Q")


async def test_a_broadcast_that_is_refused_leaves_nothing_claimed(
    harness: EngineHarness, caller: FakeCaller
):
    task = start(harness, caller, "a")
    (await harness.providers.opened("a")).finish()
    pane = (await task).panes[0]
    with pytest.raises(AntiphonError, match="gone"):
        await harness.broadcast(caller, paneIds=[pane.id], context=[{"uri": "gone"}])
    assert not harness.runs.busy(pane.id)


async def test_one_run_is_stopped_and_the_others_go_on(harness: EngineHarness, caller: FakeCaller):
    first, second = start(harness, caller, "a"), start(harness, caller, "b", "c")
    for model in "abc":
        await harness.providers.opened(model)
    runs = {len(run.panes): run.plan.run_id for run in harness.runs._runs.values()}
    assert harness.runs.cancel(runs[2], None) == 2
    assert (await second).status == "cancelled"
    assert not first.done()
    assert harness.runs.cancel(runs[1], None) == 1
    assert (await first).status == "cancelled"


async def test_a_run_or_a_pane_that_is_not_there_stops_nothing(
    harness: EngineHarness, caller: FakeCaller
):
    task = start(harness, caller, "a")
    await harness.providers.opened("a")
    (run_id,) = harness.runs._runs
    assert harness.runs.cancel("nothing", None) == 0
    assert harness.runs.cancel(None, "nothing") == 0
    assert harness.runs.cancel(run_id, "nothing") == 0
    assert not task.done()
    harness.runs.cancel(None, None)
    await task


async def test_with_nothing_named_everything_stops(harness: EngineHarness, caller: FakeCaller):
    tasks = [start(harness, caller, "a"), start(harness, caller, "b", "c")]
    for model in "abc":
        await harness.providers.opened(model)
    assert harness.runs.cancel(None, None) == 3
    assert [(await task).status for task in tasks] == ["cancelled", "cancelled"]


async def test_all_runs_share_the_places_of_a_provider(harness: EngineHarness, caller: FakeCaller):
    harness.providers.concurrency = 1
    first, second = start(harness, caller, "a"), start(harness, caller, "b")
    opened = await harness.providers.opened("a")
    await harness.settled()
    assert not harness.providers.streams["b"]
    opened.finish()
    (await harness.providers.opened("b")).finish()
    results = [(await task).results[0] for task in (first, second)]
    assert [result.status for result in results] == ["complete", "complete"]


async def test_a_changed_setting_changes_the_slots(harness: EngineHarness):
    schedule, host = harness.service.schedule, harness.providers.host
    slots = schedule.slots(host("script"))
    harness.providers.concurrency = 3
    assert schedule.slots(host("script")) is slots
    assert slots.total == 3
    assert schedule.slots(host("other")) is not slots


async def test_sessions_and_panes_are_told_with_their_state_as_it_is(
    harness: EngineHarness, caller: FakeCaller
):
    task = start(harness, caller, "a", "b")
    stream = await harness.providers.opened("a")
    await harness.providers.opened("b")
    stream.text("Hi")
    await harness.settled()
    (run,) = harness.runs._runs.values()
    states = {
        pane.model: pane.state for pane in harness.runs.with_live_state(run.plan.session).panes
    }
    assert states == {"script/a": "streaming", "script/b": "waiting"}
    harness.runs.cancel(None, None)
    result = await task
    assert {harness.runs.pane_as_it_is(pane).state for pane in result.panes} == {"idle"}


async def test_who_waits_for_a_slot_is_shown_at_once_what_for(
    harness: EngineHarness, caller: FakeCaller
):
    harness.providers.concurrency = 1
    harness.service.schedule.slots(harness.providers.host("script")).reported_after_s = 0.0
    task = start(harness, caller, "a", "b")
    stream = await harness.providers.opened("a")
    async with asyncio.timeout(10):
        while not (waits := [each for each in caller.sink.events if each.type == "wait"]):
            await asyncio.sleep(0.001)
    assert (waits[0].running, waits[0].ahead) == (1, 0)
    stream.finish()
    (await harness.providers.opened("b")).finish()
    await task

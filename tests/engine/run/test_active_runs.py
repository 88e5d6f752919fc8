"""What is running: found by run and by pane, claimed once, limited by provider."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from desk import Desk, Person


def start(desk: Desk, person: Person, *models: str, **params) -> asyncio.Task:
    names = [f"script/{model}" for model in models]
    return asyncio.ensure_future(desk.broadcast(person, models=names, **params))


async def test_a_run_is_found_while_it_lasts_and_not_after(desk: Desk, person: Person):
    task = start(desk, person, "a")
    stream = await desk.providers.opened("a")
    (pane_id,) = person.sink.reducer.texts
    assert desk.runs.busy(pane_id)
    assert desk.runs.live(pane_id) is not None
    stream.finish()
    await task
    assert not desk.runs.busy(pane_id)
    assert desk.runs.live(pane_id) is None
    assert desk.runs.cancel(None, None) == 0


async def test_a_claim_keeps_others_off_until_it_is_released(desk: Desk):
    desk.runs.claim({"P", "Q"})
    assert desk.runs.busy("P")
    assert desk.runs.live("P") is None
    desk.runs.release({"P"})
    assert not desk.runs.busy("P")
    assert desk.runs.busy("Q")


async def test_a_broadcast_that_is_refused_leaves_nothing_claimed(desk: Desk, person: Person):
    task = start(desk, person, "a")
    (await desk.providers.opened("a")).finish()
    pane = (await task).panes[0]
    with pytest.raises(AntiphonError, match="gone"):
        await desk.broadcast(person, paneIds=[pane.id], context=[{"uri": "gone"}])
    assert not desk.runs.busy(pane.id)


async def test_one_run_is_stopped_and_the_others_go_on(desk: Desk, person: Person):
    first, second = start(desk, person, "a"), start(desk, person, "b", "c")
    for model in "abc":
        await desk.providers.opened(model)
    runs = {len(run.panes): run.plan.run_id for run in desk.runs._runs.values()}
    assert desk.runs.cancel(runs[2], None) == 2
    assert (await second).status == "cancelled"
    assert not first.done()
    assert desk.runs.cancel(runs[1], None) == 1
    assert (await first).status == "cancelled"


async def test_a_run_or_a_pane_that_is_not_there_stops_nothing(desk: Desk, person: Person):
    task = start(desk, person, "a")
    await desk.providers.opened("a")
    (run_id,) = desk.runs._runs
    assert desk.runs.cancel("nothing", None) == 0
    assert desk.runs.cancel(None, "nothing") == 0
    assert desk.runs.cancel(run_id, "nothing") == 0
    assert not task.done()
    desk.runs.cancel(None, None)
    await task


async def test_with_nothing_named_everything_stops(desk: Desk, person: Person):
    tasks = [start(desk, person, "a"), start(desk, person, "b", "c")]
    for model in "abc":
        await desk.providers.opened(model)
    assert desk.runs.cancel(None, None) == 3
    assert [(await task).status for task in tasks] == ["cancelled", "cancelled"]


async def test_all_runs_share_the_places_of_a_provider(desk: Desk, person: Person):
    desk.providers.concurrency = 1
    first, second = start(desk, person, "a"), start(desk, person, "b")
    opened = await desk.providers.opened("a")
    await desk.settled()
    assert not desk.providers.streams["b"]
    opened.finish()
    (await desk.providers.opened("b")).finish()
    results = [(await task).results[0] for task in (first, second)]
    assert [result.status for result in results] == ["complete", "complete"]


async def test_a_changed_setting_changes_the_places(desk: Desk):
    places = desk.runs.schedule.places("script")
    desk.providers.concurrency = 3
    assert desk.runs.schedule.places("script") is places
    assert places.total == 3
    assert desk.runs.schedule.places("other") is not places


async def test_sessions_and_panes_are_told_with_their_state_as_it_is(desk: Desk, person: Person):
    task = start(desk, person, "a", "b")
    stream = await desk.providers.opened("a")
    await desk.providers.opened("b")
    stream.text("Hi")
    await desk.settled()
    (run,) = desk.runs._runs.values()
    states = {pane.model: pane.state for pane in desk.runs.with_live_state(run.plan.session).panes}
    assert states == {"script/a": "streaming", "script/b": "waiting"}
    desk.runs.cancel(None, None)
    result = await task
    assert {desk.runs.pane_as_it_is(pane).state for pane in result.panes} == {"idle"}

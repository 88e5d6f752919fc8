"""Resuming a run: what is complete is kept, whatever failed is asked for again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.run.active_runs import ActiveRuns
from antiphon.model.failure import AntiphonError
from support.engine.harness import FakeCaller, Stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.model.commands.pipelines.runs import PipelineRunResult
    from support.engine.harness import EngineHarness
    from support.engine.pipelines import PipelineHarness

CHAIN = """\
antiphon: pipeline/v1
name: chain
steps:
  - {id: ask, type: broadcast, models: [script/a, script/b], prompt: Well?}
  - {id: more, type: ask, panes: ask, prompt: Go on.}
  - {id: crit, type: send, from: ask.1, models: [script/c], mode: ask, prompt: Criticise it.}
  - {id: sum, type: summarize, of: [ask, crit], model: script/s}
"""

THREE = """\
antiphon: pipeline/v1
name: three
steps:
  - {id: ask, type: broadcast, models: [script/a, script/b, script/c], prompt: Well?}
"""


async def test_only_what_was_not_complete_is_asked_again(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    answers.failing |= {"b", "c"}
    first = await pipelines.run(caller, CHAIN)
    assert [step.status for step in first.steps] == ["partial", "partial", "failed", "skipped"]
    asked = len(answers.asked)
    answers.failing.clear()
    second = await pipelines.run(caller, resume=first.run_id)
    assert second.status == "complete"
    assert (second.run_id, second.session_id) == (first.run_id, first.session_id)
    assert sorted(answers.asked[asked:]) == ["b", "b", "c", "s"]
    assert second.steps[0].pane_ids == first.steps[0].pane_ids
    assert second.steps[0].message_ids[0] == first.steps[0].message_ids[0]
    assert second.steps[0].message_ids[1] != first.steps[0].message_ids[1]
    assert set(second.steps[1].pane_ids) == set(second.steps[0].pane_ids)


async def test_a_complete_run_asks_nothing_when_it_is_resumed(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    first = await pipelines.run(caller, CHAIN)
    asked = list(answers.asked)
    second = await pipelines.run(caller, resume=first.run_id)
    assert second.steps == first.steps
    assert answers.asked == asked


async def test_a_summary_of_some_answers_is_made_again_when_all_are_there(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    text = CHAIN.replace("[ask, crit]", "ask")
    answers.failing.add("b")
    first = await pipelines.run(caller, text)
    assert first.steps[3].status == "partial"
    answers.failing.clear()
    second = await pipelines.run(caller, resume=first.run_id)
    assert second.steps[3].status == "complete"
    pane = await pipelines.engine.history.pane(second.steps[3].pane_ids[0])
    assert len(pane.sources) == 2
    assert pane.id != first.steps[3].pane_ids[0]


async def test_a_run_is_resumed_with_another_model_for_the_step_that_failed(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    answers.failing.add("s")
    first = await pipelines.run(caller, CHAIN)
    assert first.steps[3].status == "failed"
    second = await pipelines.run(caller, resume=first.run_id, models={"sum": "script/t"})
    assert second.status == "complete"


async def test_a_run_of_a_killed_server_goes_on_from_what_had_begun(
    pipelines: PipelineHarness, harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(pipelines.run(caller, CHAIN))
    stream = await harness.providers.opened("a")
    stream.text("A whole answer.")
    stream.finish()
    half = await harness.providers.opened("b")
    half.text("Half")
    await harness.settled()
    run_id = next(iter(harness.runs._groups))
    async with asyncio.timeout(10):
        while not (await harness.history.pipelines.run(run_id)).steps[0].message_ids:
            await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    kept = await harness.history.pipelines.run(run_id)
    assert (kept.status, kept.steps[0].status) == ("running", "running")
    assert len(kept.steps[0].message_ids) == 2
    harness.providers.streams.clear()
    again = asyncio.create_task(pipelines.run(caller, resume=run_id))
    for model, count in (("b", 1), ("a", 1), ("b", 2), ("c", 1), ("s", 1)):
        stream = await harness.providers.opened(model, count)
        stream.text("Yes.")
        stream.finish()
    result = await again
    assert result.status == "complete"
    messages = [await harness.history.message(each) for each in result.steps[0].message_ids]
    assert [each.content for each in messages] == ["A whole answer.", "Yes."]


@pytest.fixture
async def partial(
    pipelines: PipelineHarness, harness: EngineHarness, caller: FakeCaller
) -> PipelineRunResult:
    """A run whose answers of `a` and `b` are complete, and whose `c` failed."""
    task = asyncio.create_task(pipelines.run(caller, THREE))
    for model in ("a", "b"):
        await play(harness, model)
    (await harness.providers.opened("c")).fail("authentication", "No entry.")
    result = await task
    assert result.steps[0].status == "partial"
    return result


class Stopped(Stop):
    """A cancellation that was requested before the run began."""

    def on_request(self, callback: Callable[[], object]) -> None:
        callback()


async def play(harness: EngineHarness, model: str, count: int = 1) -> None:
    stream = await harness.providers.opened(model, count)
    stream.text("Yes.")
    stream.finish()


async def check_that_only_c_is_asked(
    pipelines: PipelineHarness, partial: PipelineRunResult, count: int
) -> None:
    """Resumes the run, and expects one more request, the one of number `count` to `c`."""
    engine, before = pipelines.engine, partial.steps[0]
    again = asyncio.create_task(pipelines.run(FakeCaller(), resume=partial.run_id))
    async with asyncio.timeout(10):
        await play(engine, "c", count)
        [step] = (await again).steps
    assert step.status == "complete"
    assert step.pane_ids == before.pane_ids
    assert step.message_ids[:2] == before.message_ids[:2]
    assert [len(engine.providers.streams[model]) for model in "abc"] == [1, 1, count]


async def test_a_server_that_dies_while_a_run_goes_on_forgets_no_complete_answer(
    pipelines: PipelineHarness, harness: EngineHarness, partial: PipelineRunResult
):
    again = asyncio.create_task(pipelines.run(FakeCaller(), resume=partial.run_id))
    await harness.providers.opened("c", 2)
    async with asyncio.timeout(10):
        while (kept := await harness.history.pipelines.run(partial.run_id)).steps[
            0
        ].status != "running":
            await asyncio.sleep(0.001)
    again.cancel()
    with pytest.raises(asyncio.CancelledError):
        await again
    assert kept.steps[0].pane_ids == partial.steps[0].pane_ids
    await check_that_only_c_is_asked(pipelines, partial, 3)


async def test_a_step_that_is_stopped_before_it_goes_on_keeps_its_answers(
    pipelines: PipelineHarness, partial: PipelineRunResult
):
    stopped = FakeCaller(cancellation=Stopped())
    result = await pipelines.run(stopped, resume=partial.run_id)
    assert result.status == "cancelled"
    assert result.steps[0].message_ids == partial.steps[0].message_ids
    await check_that_only_c_is_asked(pipelines, partial, 2)


async def test_a_step_that_is_refused_keeps_its_answers(
    pipelines: PipelineHarness, harness: EngineHarness, partial: PipelineRunResult
):
    pane_id = partial.steps[0].pane_ids[2]
    with harness.service.claimed([await harness.history.pane(pane_id)]):
        result = await pipelines.run(FakeCaller(), resume=partial.run_id)
    assert (result.steps[0].status, result.status) == ("failed", "failed")
    assert result.steps[0].message_ids == partial.steps[0].message_ids
    await check_that_only_c_is_asked(pipelines, partial, 2)


async def test_a_pane_whose_place_in_the_step_is_lost_is_asked_with_its_own_model(
    pipelines: PipelineHarness, harness: EngineHarness, partial: PipelineRunResult
):
    """Older servers stored the panes that a resumed run had begun, and no others."""
    whole = partial.steps[0]
    ids = {"pane_ids": whole.pane_ids[2:], "message_ids": whole.message_ids[2:]}
    await harness.history.pipelines.put_step(partial.run_id, whole.model_copy(update=ids))
    again = asyncio.create_task(pipelines.run(FakeCaller(), resume=partial.run_id))
    async with asyncio.timeout(10):
        await play(harness, "c", 2)
        assert (await again).status == "complete"
    assert len(harness.providers.streams["a"]) == 1


async def test_a_run_that_goes_on_cannot_be_resumed(
    pipelines: PipelineHarness, harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(pipelines.run(caller, CHAIN))
    await harness.providers.opened("a")
    run_id = next(iter(harness.runs._groups))
    with pytest.raises(AntiphonError) as caught:
        await pipelines.run(caller, resume=run_id)
    assert caught.value.failure.kind == "conflict"
    caller.cancellation.request()
    await task


async def test_an_unknown_run_is_not_found(pipelines: PipelineHarness, caller: FakeCaller):
    with pytest.raises(AntiphonError) as caught:
        await pipelines.run(caller, resume="01JZZZZZZZZZZZZZZZZZZZZZZZ")
    assert caught.value.failure.kind == "not_found"


def test_a_group_is_stopped_with_everything_else():
    runs = ActiveRuns()
    with runs.group("one", lambda: 2):
        assert runs.cancel("other", None) == 0
        assert runs.cancel(None, "a pane") == 0
        assert runs.cancel(None, None) == 2
    assert not runs.has_group("one")

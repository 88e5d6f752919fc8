"""Listing the runs of a pipeline that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.pipelines.library import PipelineIdParams, PipelineSaveParams
from antiphon.model.commands.pipelines.runs import PipelineRunsParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.pipelines.runs import PipelineRunEntry
    from support.engine.harness import EngineHarness, FakeCaller
    from support.engine.pipelines import PipelineHarness

TEXT = """\
antiphon: pipeline/v1
name: review
inputs: {tone: {default: calm}}
steps:
  - {id: ask, type: broadcast, models: [script/a, script/b], prompt: "{{tone}} {{file}}"}
  - {id: more, type: ask, panes: ask, prompt: Go on.}
  - {id: sum, type: summarize, of: ask, model: script/s}
  - {id: same, type: compare, left: ask.1, right: ask.2}
"""
FILE = "file:///project/x.antiphon.yaml"


async def listed(
    pipelines: PipelineHarness, pipeline_id: str, limit: int | None = None
) -> Sequence[PipelineRunEntry]:
    params = PipelineRunsParams(pipeline_id=pipeline_id, limit=limit)
    return (await pipelines.kept_runs.list(params, pipelines.files)).runs


async def saved(pipelines: PipelineHarness) -> str:
    params = PipelineSaveParams(pipeline=TEXT)
    return (await pipelines.library.save(params, pipelines.files)).pipeline.id


async def test_a_run_is_listed_with_what_it_asked_and_was_given(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    pipeline_id = await saved(pipelines)
    assert await listed(pipelines, pipeline_id) == []
    done = await pipelines.run(
        caller, pipelineId=pipeline_id, inputs={"file": "x"}, models={"ask.2": "script/c"}
    )
    [run] = await listed(pipelines, pipeline_id)
    assert (run.run_id, run.session_id, run.status) == (done.run_id, done.session_id, "complete")
    assert (run.models, run.inputs) == (["script/a", "script/c", "script/s"], ["file"])
    session = await pipelines.engine.history.session(done.session_id)
    assert run.started_at == session.created_at


async def test_the_newest_runs_of_this_pipeline_come_first(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    pipeline_id, other = await saved(pipelines), await saved(pipelines)
    given = {"inputs": {"file": "x"}}
    runs = [await pipelines.run(caller, pipelineId=pipeline_id, **given) for _ in range(3)]
    await pipelines.run(caller, pipelineId=other, **given)
    expected = [each.run_id for each in reversed(runs)]
    assert [each.run_id for each in await listed(pipelines, pipeline_id)] == expected
    assert [each.run_id for each in await listed(pipelines, pipeline_id, 2)] == expected[:2]


async def test_a_failed_run_says_how_far_it_came_and_what_that_cost(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    answers.failing |= {"a", "b"}
    pipeline_id = await saved(pipelines)
    done = await pipelines.run(caller, pipelineId=pipeline_id, inputs={"file": "x"})
    assert [each.status for each in done.steps] == ["failed", "skipped", "skipped", "skipped"]
    [run] = await listed(pipelines, pipeline_id)
    assert (run.status, run.models) == ("failed", ["script/a", "script/b"])
    assert run.cost == done.steps[0].cost


async def test_runs_of_a_file_are_found_by_its_address(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    given = {"inputs": {"file": "x"}}
    by_text = await pipelines.run(caller, TEXT, uri=FILE, **given)
    pipelines.files.texts[FILE] = TEXT
    await pipelines.run(caller, TEXT, **given)
    read = await pipelines.library.get(PipelineIdParams(pipeline_id=FILE), pipelines.files)
    approved = read.pipeline.sha256
    by_id = await pipelines.run(caller, pipelineId=FILE, approve=approved, **given)
    found = await listed(pipelines, FILE)
    assert [each.run_id for each in found] == [by_id.run_id, by_text.run_id]
    assert await listed(pipelines, "file:///project/y.antiphon.yaml") == []


async def test_a_deleted_pipeline_keeps_its_runs_until_their_session_goes(
    pipelines: PipelineHarness, harness: EngineHarness, answers, caller: FakeCaller
):
    pipeline_id = await saved(pipelines)
    done = await pipelines.run(caller, pipelineId=pipeline_id, inputs={"file": "x"})
    await pipelines.library.delete(PipelineIdParams(pipeline_id=pipeline_id), pipelines.files)
    assert [each.run_id for each in await listed(pipelines, pipeline_id)] == [done.run_id]
    await harness.history.library.delete(done.session_id)
    with pytest.raises(AntiphonError) as caught:
        await listed(pipelines, pipeline_id)
    assert caught.value.failure.kind == "not_found"


async def test_an_unknown_pipeline_is_not_found(pipelines: PipelineHarness):
    with pytest.raises(AntiphonError) as caught:
        await listed(pipelines, new_id())
    assert caught.value.failure.kind == "not_found"

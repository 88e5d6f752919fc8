"""Running pipelines: the engine's own commands, in the order that references give."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from antiphon.engine.planning.pane_selection import Presets
from antiphon.model.commands.models import Preset
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller
    from support.engine.pipelines import PipelineHarness

REVIEW = """\
antiphon: pipeline/v1
name: review
inputs:
  topic: {description: what it is about}
steps:
  - {id: ask, type: broadcast, models: [script/a, script/b], prompt: "What is {{topic}}?"}
  - {id: more, type: ask, panes: ask.2, prompt: Go on.}
  - {id: crit, type: send, from: ask.1, to: ask.b, mode: ask, prompt: Criticise it.}
  - {id: sum, type: summarize, of: [ask, crit], model: script/s, format: executive}
  - {id: best, type: merge, of: ask, model: script/m}
  - {id: diff, type: compare, left: ask.1, right: ask.2}
  - {id: same, type: consensus, of: ask}
"""


async def test_every_kind_of_step_runs_and_uses_the_answers_before_it(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    result = await pipelines.run(caller, REVIEW, inputs={"topic": "a fugue"})
    assert result.status == "complete"
    assert {step.id: step.status for step in result.steps} == dict.fromkeys(
        ["ask", "more", "crit", "sum", "best", "diff", "same"], "complete"
    )
    steps = {step.id: step for step in result.steps}
    assert steps["more"].pane_ids == steps["crit"].pane_ids == steps["ask"].pane_ids[1:]
    assert steps["diff"].comparison is not None
    assert steps["same"].consensus is not None
    assert steps["same"].consensus.compared == 2
    history = pipelines.engine.history
    messages = await history.messages(pane_id=steps["ask"].pane_ids[1])
    assert [(each.role, each.content) for each in messages] == [
        ("user", "What is a fugue?"),
        ("assistant", "b answers."),
        ("user", "Go on."),
        ("assistant", "b answers."),
        ("user", "a answers."),
        ("user", "Criticise it."),
        ("assistant", "b answers."),
    ]
    assert [pane.type for pane in result.panes] == ["chat", "chat", "summary", "merge"]
    session = await history.session(result.session_id)
    assert session.title == "review"


async def test_what_clients_are_shown_is_what_is_stored(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    result = await pipelines.run(caller, REVIEW, inputs={"topic": "x"})
    for pane in result.panes:
        text = await pipelines.engine.documents.text(pane.uri, caller.context)
        assert caller.sink.reducer.texts[pane.id] == text
    assert not caller.sink.reducer.gaps


async def test_every_step_is_shown_waiting_running_and_ended(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    await pipelines.run(caller, REVIEW, inputs={"topic": "x"})
    for step_id in ("ask", "sum", "diff"):
        states = [step.status for step in caller.sink.steps if step.id == step_id]
        assert states == ["waiting", "running", "complete"]


async def test_steps_that_do_not_depend_on_each_other_run_at_the_same_time(
    pipelines: PipelineHarness, harness: EngineHarness, caller: FakeCaller
):
    text = """\
antiphon: pipeline/v1
name: two
steps:
  - {id: one, type: broadcast, models: [script/a], prompt: One?}
  - {id: two, type: broadcast, models: [script/b], prompt: Two?}
"""
    task = asyncio.create_task(pipelines.run(caller, text))
    streams = [await harness.providers.opened(model) for model in ("a", "b")]
    for stream in streams:
        stream.text("Yes.")
        stream.finish()
    result = await task
    assert {pane.session_id for pane in result.panes} == {result.session_id}


async def test_a_step_that_needs_a_failed_one_is_skipped_and_the_others_run(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    answers.failing.add("b")
    result = await pipelines.run(caller, REVIEW, inputs={"topic": "x"})
    assert result.status == "partial"
    assert {step.id: step.status for step in result.steps} == {
        "ask": "partial",
        "more": "skipped",
        "crit": "skipped",
        "sum": "skipped",
        "best": "partial",
        "diff": "skipped",
        "same": "failed",
    }
    failure = next(step.failure for step in result.steps if step.id == "more")
    assert failure is not None
    assert failure.message.startswith("It needs ask.2, which has no complete answer")


async def test_a_stopped_run_keeps_what_had_arrived_and_begins_nothing_more(
    pipelines: PipelineHarness, harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(pipelines.run(caller, REVIEW, inputs={"topic": "x"}))
    stream = await harness.providers.opened("a")
    stream.text("Half an")
    await harness.settled()
    caller.cancellation.request()
    result = await task
    assert result.status == "cancelled"
    assert {step.status for step in result.steps} == {"cancelled"}
    message = await harness.history.message(result.steps[0].message_ids[0])
    assert (message.content, message.status) == ("Half an", "cancelled")
    assert list(harness.providers.streams) == ["a", "b"]


async def test_the_command_cancel_stops_a_whole_pipeline_by_its_run(
    pipelines: PipelineHarness, harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(pipelines.run(caller, REVIEW, inputs={"topic": "x"}))
    await harness.providers.opened("b")
    run_id = next(iter(harness.runs._groups))
    assert harness.runs.cancel(run_id, None) == 2
    assert (await task).run_id == run_id


@pytest.mark.parametrize(
    ("inputs", "field"),
    [({}, "$.inputs.topic"), ({"topic": "x", "tone": "dry"}, "$.inputs.tone")],
)
async def test_inputs_that_do_not_fit_are_refused_before_anything_is_stored(
    inputs, field, pipelines: PipelineHarness, harness: EngineHarness, caller: FakeCaller
):
    with pytest.raises(AntiphonError) as caught:
        await pipelines.run(caller, REVIEW, inputs=inputs)
    assert (caught.value.failure.kind, caught.value.field) == ("invalid_params", field)
    assert (await harness.history.sessions(limit=5))[0] == []


async def test_a_value_is_put_in_letter_for_letter_and_never_read_again(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    result = await pipelines.run(caller, REVIEW, inputs={"topic": "{{topic}} \\{{x {% if %}"})
    [first, *_] = await pipelines.engine.history.messages(pane_id=result.panes[0].id)
    assert first.content == "What is {{topic}} \\{{x {% if %}?"


async def test_other_models_are_asked_if_a_run_names_them(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    models = {"ask.2": "script/z", "sum": "script/t", "best": ["script/u"]}
    result = await pipelines.run(caller, REVIEW, inputs={"topic": "x"}, models=models)
    assert [pane.model for pane in result.panes] == [
        "script/a",
        "script/z",
        "script/t",
        "script/u",
    ]
    assert result.status == "complete"


@pytest.mark.parametrize(
    ("models", "field"),
    [
        ({"nobody": "script/a"}, "$.models.nobody"),
        ({"ask.3": "script/a"}, "$.models.ask.3"),
        ({"diff": "script/a"}, "$.models.diff"),
        ({"sum": ["script/a", "script/b"]}, "$.models.sum"),
    ],
)
async def test_models_for_steps_that_have_none_are_refused(
    models, field, pipelines: PipelineHarness, caller: FakeCaller
):
    with pytest.raises(AntiphonError) as caught:
        await pipelines.run(caller, REVIEW, inputs={"topic": "x"}, models=models)
    assert (caught.value.failure.kind, caught.value.field) == ("invalid_params", field)


async def test_a_model_that_no_longer_exists_is_named_by_its_line_with_the_nearest(
    pipelines: PipelineHarness, harness: EngineHarness, caller: FakeCaller
):
    text = REVIEW.replace("script/m", "gone/m")
    with pytest.raises(AntiphonError) as caught:
        await pipelines.run(caller, text, inputs={"topic": "x"})
    failure, details = caught.value.failure, caught.value.details
    assert failure.kind == "model_not_found"
    assert "script/a" in failure.hint
    assert details["problems"][0]["line"] == 10
    assert caught.value.field == "$.models.best"
    assert (await harness.history.sessions(limit=5))[0] == []


async def test_a_line_up_of_the_settings_gives_the_models_of_a_step(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    text = REVIEW.replace("models: [script/a, script/b]", "lineup: both")
    with pytest.raises(AntiphonError, match="There is no line-up 'both'"):
        await pipelines.run(caller, text, inputs={"topic": "x"})
    pipelines.lineups["both"] = ["script/a", "script/b"]
    result = await pipelines.run(caller, text, inputs={"topic": "x"})
    assert result.status == "complete"


async def test_a_rule_says_what_it_found_in_each_answer(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    text = """\
antiphon: pipeline/v1
name: ruled
steps:
  - id: ask
    type: broadcast
    models: [script/a, script/b]
    prompt: Well?
    expect: [{contains: answers}, {equals: a answers., pane: 2}]
  - {id: diff, type: compare, left: ask.a, right: ask.b, expect: [{similarity: {max: 0.99}}]}
expect:
  - {pane: ask.1, notContains: b}
"""
    result = await pipelines.run(caller, text)
    ask, diff = result.steps
    assert [(each.ok, each.rule) for each in ask.expect or ()] == [
        (True, {"contains": "answers"}),
        (True, {"contains": "answers"}),
        (False, {"pane": "2", "equals": "a answers."}),
        (True, {"pane": "ask.1", "notContains": "b"}),
    ]
    assert [each.ok for each in diff.expect or ()] == [True]


async def test_the_budget_of_a_pipeline_holds_for_all_of_its_steps_together(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    text = """\
antiphon: pipeline/v1
name: dear
budget: "0.01"
steps:
  - {id: one, type: broadcast, models: [script/priced], prompt: One?, params: {maxTokens: 100}}
  - {id: two, type: ask, panes: one, prompt: Two?}
"""
    result = await pipelines.run(caller, text)
    assert result.status == "complete"
    tight = await pipelines.run(caller, text.replace("0.01", "0.00103"))
    assert [step.status for step in tight.steps] == ["complete", "failed"]
    failure = tight.steps[1].failure
    assert failure is not None
    assert failure.kind == "budget"


async def test_a_preset_gives_a_step_its_model_and_an_unknown_one_is_named_by_line(
    pipelines: PipelineHarness, harness: EngineHarness, answers, caller: FakeCaller
):
    known = Presets({"deep": Preset(model="script/a", title="Deep", system="Think.")})
    harness.service.limits = replace(harness.service.limits, presets=known)
    text = REVIEW.replace("[script/a, script/b]", '["@deep", script/b]')
    result = await pipelines.run(caller, text, inputs={"topic": "x"})
    assert result.status == "complete"
    assert [(pane.title, pane.model) for pane in result.panes][:1] == [("Deep", "script/a")]
    with pytest.raises(AntiphonError) as caught:
        await pipelines.run(caller, text.replace("@deep", "@deap"), inputs={"topic": "x"})
    assert caught.value.failure.message.startswith("Line 6: There is no preset '@deap'.")
    assert "@deep" in caught.value.failure.hint

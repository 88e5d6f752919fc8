"""Recording a session that was made by hand, and running the record."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.pipelines.drift import DriftReporter
from antiphon.engine.pipelines.recording.comparison_log import ComparisonLog
from antiphon.engine.pipelines.recording.record import SessionRecorder
from antiphon.engine.pipelines.source.text import read_text
from antiphon.engine.ports.deltas import AnsweredBy
from antiphon.model.commands.comparison import CompareParams, CompareSide, ConsensusParams
from antiphon.model.commands.pipelines.library import PipelineRecordParams
from antiphon.model.commands.pipelines.runs import PipelineDriftParams
from antiphon.model.commands.runs import BroadcastParams, RegenerateParams
from antiphon.model.commands.transfer import MergeParams, SendToParams, SummarizeParams
from antiphon.model.failure import AntiphonError
from support.engine.harness import FakeCaller

if TYPE_CHECKING:
    from support.engine.pipelines import PipelineHarness


async def by_hand(pipelines: PipelineHarness) -> str:
    """Asks three models, goes on with one, sends an answer on, sums up, merges."""
    commands, caller = pipelines.commands, FakeCaller()
    first = await commands.broadcaster.broadcast(
        BroadcastParams.model_validate(
            {
                "prompt": "What is a fugue? {{not an input}}",
                "models": [
                    "script/a",
                    {"model": "script/b", "title": "Second", "params": {"temperature": 0.5}},
                    "script/a",
                ],
                "system": "Be brief.",
                "params": {"maxTokens": 50},
            }
        ),
        caller,
    )
    panes = [pane.id for pane in first.panes]
    await commands.broadcaster.regenerate(
        RegenerateParams(message_id=first.results[0].message_id), caller
    )
    again = await commands.broadcaster.broadcast(
        BroadcastParams(prompt="Shorter.", pane_ids=panes[1:], session_id=first.session_id), caller
    )
    send = {"from": {"messageIds": [again.results[0].message_id]}, "mode": "ask"}
    to_new = {**send, "to": {"models": ["script/c"]}, "prompt": "Criticise it."}
    await commands.transfers.send(SendToParams.model_validate(to_new), caller)
    quiet = {**send, "mode": "context", "to": {"paneIds": [panes[0]]}}
    await commands.transfers.send(SendToParams.model_validate(quiet), caller)
    await commands.digests.summarize(
        SummarizeParams(pane_ids=panes, format="executive", instructions="For a child.",
                        model="script/s"),
        caller,
    )  # fmt: skip
    await commands.digests.merge(MergeParams(pane_ids=panes[:2], model="script/m"), caller)
    log = ComparisonLog(pipelines.engine.history, pipelines.engine.history.pipelines)
    sides = CompareParams(left=CompareSide(pane_id=panes[1]), right=CompareSide(pane_id=panes[2]))
    for _ in range(2):
        await log.note_comparison(await commands.comparer.compare(sides, caller.context), None)
    await log.note_consensus(
        await commands.consensus.consensus(ConsensusParams(pane_ids=panes[1:]))
    )
    return first.session_id


async def record(pipelines: PipelineHarness, session_id: str, **params):
    history = pipelines.engine.history
    recorder = SessionRecorder(history, history.pipelines)
    arguments = PipelineRecordParams.model_validate({"sessionId": session_id, **params})
    return await recorder.record(arguments)


RECORDED = """\
antiphon: pipeline/v1
name: "What is a fugue? {{not an input}}"
steps:
  - id: ask
    type: broadcast
    recorded: [script/a, script/b, script/a]
    models: [script/a, {model: script/b, title: Second, params: {temperature: 0.5}}, script/a]
    prompt: "What is a fugue? \\\\{{not an input}}"
    system: Be brief.
    params: {maxTokens: 50}
  - {id: more, type: ask, recorded: [script/b, script/a], panes: [ask.2, ask.3], prompt: Shorter.}
  - {id: send, type: send, recorded: [script/c], from: more.1, models: [script/c], mode: ask,
     prompt: Criticise it.}
  - {id: send2, type: send, from: more.1, to: ask.1, mode: context}
  - {id: summary, type: summarize, recorded: [script/s], of: [ask.1, more.1, more.2],
     format: executive, model: script/s, instructions: For a child.}
  - {id: merge, type: merge, recorded: [script/m], of: [ask.1, more.1], model: script/m}
  - {id: diff, type: compare, left: more.1, right: more.2}
  - {id: same, type: consensus, of: more}
"""


async def test_everything_that_was_done_becomes_a_step_in_its_order(
    pipelines: PipelineHarness, answers
):
    recorded = await record(pipelines, await by_hand(pipelines))
    assert recorded.pipeline == read_text(RECORDED).pipeline
    assert recorded.notes == []
    read = read_text(recorded.text)
    assert (read.problems, read.pipeline) == ([], recorded.pipeline)


async def test_a_record_runs_and_does_the_same_again(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    session_id = await by_hand(pipelines)
    text = (await record(pipelines, session_id)).text
    result = await pipelines.run(caller, text)
    assert result.status == "complete"
    history = pipelines.engine.history
    before, after = [
        sorted((await history.session(each)).panes, key=lambda pane: pane.type)
        for each in (session_id, result.session_id)
    ]
    assert [(p.model, p.type, p.params) for p in before] == [
        (p.model, p.type, p.params) for p in after
    ]
    for one, other in zip(before, after, strict=True):
        texts = [
            [(m.role, m.content) for m in await history.messages(pane_id=pane.id)]
            for pane in (one, other)
        ]
        assert texts[0] == texts[1]


async def test_a_chosen_text_becomes_an_input_wherever_it_is(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    inputs = [{"name": "topic", "text": "a fugue", "description": "what to explain"}]
    recorded = await record(pipelines, await by_hand(pipelines), inputs=inputs)
    ask = recorded.pipeline.steps[0]
    assert ask.prompt == "What is {{topic}}? \\{{not an input}}"  # type: ignore[union-attr]
    result = await pipelines.run(caller, recorded.text, inputs={"topic": "a canon"})
    messages = await pipelines.engine.history.messages(pane_id=result.panes[0].id)
    assert messages[1].content == "What is a canon? {{not an input}}"
    wrong = [{"name": "topic", "text": "a sonata"}]
    with pytest.raises(AntiphonError) as caught:
        await record(pipelines, result.session_id, inputs=wrong)
    assert caught.value.field == "$.inputs[0].text"


async def test_two_runs_are_compared_step_by_step(
    pipelines: PipelineHarness, answers, caller: FakeCaller
):
    text = "antiphon: pipeline/v1\nname: x\nsteps:\n"
    text += "  - {id: ask, type: broadcast, models: [script/a, script/b], prompt: Well?}\n"
    left = await pipelines.run(caller, text)
    answers.texts["a"] = "a says something else."
    right = await pipelines.run(FakeCaller(), text)
    history = pipelines.engine.history
    reporter = DriftReporter(history, history.pipelines)
    drift = await reporter.drift(PipelineDriftParams(left=left.run_id, right=right.run_id))
    [step] = drift.steps
    assert [pane.similarity < 1 for pane in step.panes] == [True, False]
    assert step.panes[0].model == ["script/a", "script/a"]
    texts = [
        await pipelines.engine.documents.text(uri, caller.context)
        for uri in (step.panes[0].left, step.panes[0].right)
    ]
    assert texts == ["a answers.", "a says something else."]
    with pytest.raises(AntiphonError) as caught:
        await reporter.drift(PipelineDriftParams(left=left.run_id, right="01K"))
    assert caught.value.field == "$.right"


async def test_an_alias_that_has_moved_on_is_named_by_drift_and_record(
    pipelines: PipelineHarness, caller: FakeCaller
):
    text = "antiphon: pipeline/v1\nname: x\nsteps:\n"
    text += "  - {id: ask, type: broadcast, models: [script/latest], prompt: Well?}\n"
    runs = []
    for number, name in enumerate(["one", "two"], 1):
        task = asyncio.create_task(pipelines.run(FakeCaller(), text))
        stream = await pipelines.engine.providers.opened("latest", number)
        stream.play(AnsweredBy(f"latest-{name}"))
        stream.text("Yes.")
        stream.finish()
        runs.append(await task)
    history = pipelines.engine.history
    reporter = DriftReporter(history, history.pipelines)
    params = PipelineDriftParams(left=runs[0].run_id, right=runs[1].run_id)
    [pane] = (await reporter.drift(params)).steps[0].panes
    assert (pane.model, pane.moved) == (["script/latest-one", "script/latest-two"], True)
    recorded = await record(pipelines, runs[1].session_id)
    step = recorded.pipeline.steps[0]
    assert (step.models, step.recorded) == (["script/latest"], ["latest-two"])  # type: ignore[union-attr]

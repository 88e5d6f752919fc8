"""The demo's faults in every step of a pipeline: what is complete is kept, and resume goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.commands.pipelines.runs import PipelineRunParams, PipelineRunResult
from antiphon_client.pipelines import PipelinesClient

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient
    from support.e2e.installation import Installation

TEXT = """\
antiphon: pipeline/v1
name: faulty
steps:
  - id: good
    type: broadcast
    models: [demo/echo, demo/flood]
    prompt: Well?
    params: {tokensPerSecond: 0, tokens: 40}
  - id: asked
    type: broadcast
    models: [demo/echo, demo/FAULT]
    prompt: And?
    params: {tokensPerSecond: 0}
  - {id: sent, type: send, from: good.1, models: [demo/FAULT], mode: ask, prompt: Why?,
     params: {tokensPerSecond: 0}}
  - {id: summed, type: summarize, of: good, model: demo/FAULT, params: {tokensPerSecond: 0}}
  - {id: merged, type: merge, of: good, model: demo/FAULT, params: {tokensPerSecond: 0}}
  - {id: after, type: summarize, of: sent, model: demo/echo, params: {tokensPerSecond: 0}}
  - {id: gone, type: ask, panes: good.2, prompt: On., params: {fault: quota}}
"""
OTHERS = {
    "asked.2": "demo/flood",
    "sent": "demo/flood",
    "summed": "demo/flood",
    "merged": "demo/flood",
}


async def run(client: AntiphonClient, **params: Any) -> PipelineRunResult:
    arguments = PipelineRunParams.model_validate(params)
    return await PipelinesClient(client).run(arguments).result_as(PipelineRunResult)


@pytest.mark.parametrize(("fault", "ends"), [("refuses", "failed"), ("cut", "partial")])
async def test_a_fault_ends_what_needs_it_and_resume_goes_on_from_what_is_complete(
    fault: str, ends: str, installation: Installation
):
    text = TEXT.replace("FAULT", fault)
    async with installation.client() as client:
        first = await run(client, pipeline=text)
    assert {step.id: step.status for step in first.steps} == {
        "good": "complete",
        "asked": "partial",
        "sent": ends,
        "summed": ends,
        "merged": ends,
        "after": "skipped",
        "gone": "failed",
    }
    async with installation.client() as client:  # another server, on the same history
        second = await run(client, resume=first.run_id, models=OTHERS)
        opened = await client.open_session(second.session_id)
    before, after = ({step.id: step for step in each.steps} for each in (first, second))
    assert {each: after[each].status for each in after if each != "gone"} == dict.fromkeys(
        ["good", "asked", "sent", "summed", "merged", "after"], "complete"
    )
    assert after["good"].message_ids == before["good"].message_ids
    assert after["asked"].message_ids[0] == before["asked"].message_ids[0]
    assert after["sent"].pane_ids == before["sent"].pane_ids
    shown = {message.id for message in opened.messages}
    assert all(set(step.message_ids) <= shown for step in second.steps)


async def test_a_model_that_the_demo_does_not_have_is_named_by_line_and_nothing_is_sent(
    installation: Installation,
):
    async with installation.client() as client:
        with pytest.raises(Exception, match="Line 11: demo/terze cannot be asked") as caught:
            await run(client, pipeline=TEXT.replace("FAULT", "terze"))
        assert "demo/terse" in caught.value.failure.hint  # type: ignore[attr-defined]
        assert (await client.sessions()).sessions == []

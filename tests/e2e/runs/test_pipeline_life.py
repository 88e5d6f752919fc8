"""A session made by hand becomes a pipeline that travels, runs offline, and is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.model.commands.pipelines.library import PipelineImportParams, PipelineSaveParams
from antiphon.model.commands.pipelines.runs import PipelineRunParams, PipelineRunResult
from antiphon_client.pipelines import PipelinesClient

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient
    from support.e2e.installation import Installation

QUICK = {"tokensPerSecond": 0, "tokens": 30}


async def by_hand(client: AntiphonClient) -> str:
    """Asks three models, sends one answer to another, compares, sums up."""
    asked = await client.command(
        "antiphon.broadcast",
        {
            "prompt": "What is a fugue?",
            "models": ["demo/echo", "demo/flood", "demo/coder"],
            "params": QUICK,
        },
    )
    panes = [pane["id"] for pane in asked["panes"]]
    message_id = asked["results"][0]["messageId"]
    send = {"from": {"messageIds": [message_id]}, "to": {"paneIds": [panes[1]]}, "mode": "ask"}
    await client.command("antiphon.sendTo", {**send, "prompt": "What is missing?"})
    sides = {"left": {"paneId": panes[0]}, "right": {"paneId": panes[2]}}
    await client.command("antiphon.compare", sides)
    digest = {"paneIds": panes, "format": "bullets", "model": "demo/flood", "params": QUICK}
    await client.command("antiphon.summarize", digest)
    return asked["sessionId"]


async def run(client: AntiphonClient, **params: Any) -> PipelineRunResult:
    arguments = PipelineRunParams.model_validate(params)
    return await PipelinesClient(client).run(arguments).result_as(PipelineRunResult)


async def test_a_session_by_hand_is_repeated_elsewhere_on_other_models_and_offline(
    installation: Installation,
):
    async with installation.client() as client:
        session_id = await by_hand(client)
        saved = await PipelinesClient(client).save(
            PipelineSaveParams.model_validate(
                {
                    "name": "explain",
                    "fromSessionId": session_id,
                    "inputs": [{"name": "topic", "text": "a fugue"}],
                }
            )
        )
        text = await PipelinesClient(client).export([saved.pipeline.id])
    assert [step.type for step in saved.graph] == ["broadcast", "send", "compare", "summarize"]
    elsewhere = {"history": {"url": f"sqlite:///{installation.folder / 'elsewhere.db'}"}}
    async with installation.client(options=elsewhere) as client:
        pipelines = PipelinesClient(client)
        seen = await pipelines.import_(PipelineImportParams(text=text, preview=True))
        assert await pipelines.list() == []
        agreed = PipelineImportParams(text=text, sha256=seen.sha256)
        pipeline_id = (await pipelines.import_(agreed)).pipeline.id
        given = {"pipelineId": pipeline_id, "inputs": {"topic": "a canon"}}
        first = await run(client, **given, record="tape")
        others = await run(client, **given, models={"ask.3": "demo/unicode"})
        offline = await run(client, **given, replay="tape")
        assert [each.status for each in (first, others, offline)] == ["complete"] * 3
        same = await pipelines.drift(first.run_id, offline.run_id)
        assert {pane.similarity for step in same.steps for pane in step.panes} == {1.0}
        changed = await pipelines.drift(first.run_id, others.run_id)
        pane = changed.steps[0].panes[2]
        assert (pane.similarity < 1, pane.model) == (True, ["demo/coder", "demo/unicode"])
        texts = [await client.content(uri) for uri in (pane.left, pane.right)]
        assert texts[0] != texts[1]
    async with installation.client(options=elsewhere) as client:  # after a restart
        assert await PipelinesClient(client).drift(first.run_id, others.run_id) == changed

"""A run of a pipeline is recorded, and replayed without the vendor, its key or the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.commands.pipelines.runs import PipelineRunParams, PipelineRunResult
from antiphon_client.pipelines import PipelinesClient

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

MODELS = ("ok", "length", "sse-error-mid", "cut", "s401")
KEY = "sk-test-recorded-0123456789abcdefABCDEF"


def pipeline(prompt: str = "Well?") -> str:
    models = ", ".join(f"fault/{each}" for each in MODELS)
    return (
        "antiphon: pipeline/v1\nname: taped\nsteps:\n"
        f"  - {{id: ask, type: broadcast, models: [{models}], prompt: '{prompt}'}}\n"
        "  - {id: sum, type: summarize, of: ask.1, model: fault/ok}\n"
    )


async def run(client: AntiphonClient, text: str, **params: Any) -> PipelineRunResult:
    arguments = PipelineRunParams.model_validate({"pipeline": text, **params})
    return await PipelinesClient(client).run(arguments).result_as(PipelineRunResult)


async def answers(client: AntiphonClient, result: PipelineRunResult) -> list[tuple[Any, ...]]:
    opened = await client.open_session(result.session_id)
    by_id = {message.id: message for message in opened.messages}
    found = [by_id[each] for step in result.steps for each in step.message_ids]
    return [
        (m.content, m.status, m.finish_reason, m.usage, m.error and m.error.kind, m.notes)
        for m in found
    ]


async def test_a_replay_gives_the_same_answers_and_connects_to_nobody(
    installation: Installation, fault_server: FaultServer
):
    fault_server.reset()
    row = {"type": "openai", "baseUrl": installation.fault_url, "apiKey": KEY}
    with_key = installation.options(providers={"fault": row})
    async with installation.client(options=with_key) as client:
        recorded = await run(client, pipeline(), record="tape")
        before = await answers(client, recorded)
    asked = len(fault_server.requests())
    assert asked == len(MODELS) + 1
    assert [step.status for step in recorded.steps] == ["partial", "complete"]
    tape = installation.workspace / "tape"
    kept = b"".join(path.read_bytes() for path in sorted(tape.iterdir()))
    assert KEY.encode() not in kept
    assert b'"finish_reason"' in kept
    fault_server.reset()
    elsewhere = {"history": {"url": f"sqlite:///{installation.folder / 'other.db'}"}}
    async with installation.client(options=elsewhere) as client:
        replayed = await run(client, pipeline(), replay="tape")
        assert await answers(client, replayed) == before
        assert [step.status for step in replayed.steps] == ["partial", "complete"]
        missed = await run(client, pipeline("Something else?"), replay="tape")
    assert [step.status for step in missed.steps] == ["failed", "skipped"]
    assert missed.steps[0].failure is not None
    assert missed.steps[0].failure.kind == "replay_miss"
    assert fault_server.requests() == []
    assert fault_server.connections() == []


@pytest.mark.parametrize("argument", ["record", "replay"])
async def test_a_cassette_outside_the_open_folders_is_refused(
    argument: str, installation: Installation
):
    async with installation.client() as client:
        with pytest.raises(Exception, match="outside the open folders"):
            await run(client, pipeline(), **{argument: "../elsewhere"})
        with pytest.raises(Exception, match="records, or it replays"):
            await run(client, pipeline(), record="a", replay="a")
        with pytest.raises(Exception, match="is not a cassette"):
            await run(client, pipeline(), replay="nothing")

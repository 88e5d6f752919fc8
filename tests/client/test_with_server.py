"""The client with the real server: what the stream builds is what the server has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.runs import BroadcastParams, ModelChoice, RegenerateParams
from antiphon.model.conversation.session import Params
from antiphon_client import AntiphonClient, CommandFailed, PaneReducer

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.model.commands.runs import RunResult
    from antiphon_client import Run

pytestmark = pytest.mark.slow


def model(name: str, **params: object) -> ModelChoice:
    return ModelChoice(
        model=f"demo/{name}", params=Params.model_validate({"tokensPerSecond": 0, **params})
    )


async def reduce(run: Run, reducer: PaneReducer) -> RunResult:
    async for event in run:
        reducer.apply(event)
    return await run.result()


async def test_appends_reproduce_every_document_through_follow_ups_and_regeneration(
    environment: dict[str, str], tmp_path: Path
) -> None:
    reducer = PaneReducer()
    async with AntiphonClient.start(env=environment, cwd=tmp_path) as client:
        models = [model("unicode"), model("coder"), model("coder"), model("cut"), model("refuses")]
        first = await reduce(
            client.broadcast(BroadcastParams(prompt="😀 one", models=models)), reducer
        )
        pane_ids = [pane.id for pane in first.panes]
        again = BroadcastParams(prompt="two", session_id=first.session_id, pane_ids=pane_ids[:2])
        second = await reduce(client.broadcast(again), reducer)
        message_id = second.results[0].message_id
        await reduce(client.regenerate(RegenerateParams(message_id=message_id)), reducer)
        documents = {pane.id: await client.content(pane.uri) for pane in first.panes}
        opened = await client.open_session(first.session_id)
    assert first.status == "partial"
    assert [result.status for result in first.results] == [
        "complete", "complete", "complete", "interrupted", "failed",
    ]  # fmt: skip
    assert reducer.gaps == []
    assert reducer.needs_refresh == set()
    assert reducer.texts == documents
    kept = {message.id: message.content for message in opened.messages}
    assert all(kept.get(each, text) == text for each, text in reducer.messages.items())


async def test_a_cancelled_run_ends_with_its_result_and_what_had_come(
    environment: dict[str, str], tmp_path: Path
) -> None:
    reducer = PaneReducer()
    async with AntiphonClient.start(env=environment, cwd=tmp_path) as client:
        run = client.broadcast(BroadcastParams(prompt="hi", models=["demo/slow"]))
        async for event in run:
            reducer.apply(event)
            if event.type == "token":
                run.cancel()
        result = await run.result()
        text = await client.content(result.panes[0].uri)
    assert result.status == "cancelled"
    assert list(reducer.texts.values()) == [text]


async def test_refusals_carry_the_field_at_fault(
    environment: dict[str, str], tmp_path: Path
) -> None:
    async with AntiphonClient.start(env=environment, cwd=tmp_path) as client:
        with pytest.raises(CommandFailed) as wrong_shape:
            await client.command("antiphon.broadcast", {"prompt": "hi", "models": [7]})
        with pytest.raises(CommandFailed) as unknown:
            await client.broadcast(BroadcastParams(prompt="hi", models=["nobody/x"])).result()
        health = await client.health()
    assert (wrong_shape.value.code, wrong_shape.value.field) == (-32602, "$.models[0]")
    assert unknown.value.failure.kind == "model_not_found"
    assert health.history.backend == "sqlite"

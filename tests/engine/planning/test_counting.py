"""What is going to be sent is counted as exactly as can be, and the estimate says how."""

from __future__ import annotations

import asyncio

import pytest
from desk import Person, open_desk

from antiphon.model.commands.runs import BroadcastParams


@pytest.fixture
async def desk(tmp_path):
    desk = await open_desk(tmp_path / "history.db")
    yield desk
    await desk.history.aclose()


async def test_an_estimate_waits_for_the_tokenizer_and_says_who_counted(desk):
    desk.providers.counts["script/exact"] = 7
    params = BroadcastParams(prompt="Hello there", models=["script/exact", "script/other"])
    found = await desk.broadcaster.estimate(params, Person())
    assert [(pane.input_tokens, pane.input_tokens_source) for pane in found.panes] == [
        (7, "tokenizer"),
        (7, "approximation"),
    ]
    assert found.total.input_tokens == 14


async def test_a_broadcast_waits_for_no_tokenizer(desk):
    desk.providers.counts["script/m"] = 1_000
    person = Person()
    task = asyncio.create_task(desk.broadcast(person, models=["script/m"]))
    stream = await desk.providers.opened("m")
    stream.text("Hi")
    stream.cut()
    assert (await task).results[0].usage.input_tokens < 1_000


async def test_what_a_model_cannot_do_is_noted_on_its_answer(desk):
    desk.providers.capabilities["script/m"] = ["vision"]
    person = Person()
    task = asyncio.create_task(
        desk.broadcast(person, models=["script/m"], params={"reasoningEffort": "high"})
    )
    stream = await desk.providers.opened("m")
    assert "reasoning_effort" not in stream.request.params
    stream.text("Hi")
    stream.finish()
    result = await task
    final = person.sink.of(result.panes[0].id)[-1]
    assert final.notes == ["reasoning_effort was not sent: script/m has no reasoning"]

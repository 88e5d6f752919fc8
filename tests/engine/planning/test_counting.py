"""What is going to be sent is counted as exactly as can be, and the estimate says how."""

from __future__ import annotations

import asyncio

from antiphon.model.commands.runs import BroadcastParams
from support.engine.harness import FakeCaller


async def test_an_estimate_waits_for_the_tokenizer_and_says_who_counted(harness):
    harness.providers.counts["script/exact"] = 9
    params = BroadcastParams(prompt="Hello there", models=["script/exact", "script/other"])
    found = await harness.broadcaster.estimate(params, FakeCaller())
    assert [(pane.input_tokens, pane.input_tokens_source) for pane in found.panes] == [
        (9, "tokenizer"),
        (7, "approximation"),
    ]
    assert found.total.input_tokens == 16


async def test_a_broadcast_waits_for_no_tokenizer(harness):
    harness.providers.counts["script/m"] = 1_000
    caller = FakeCaller()
    task = asyncio.create_task(harness.broadcast(caller, models=["script/m"]))
    stream = await harness.providers.opened("m")
    stream.text("Hi")
    stream.cut()
    assert (await task).results[0].usage.input_tokens < 1_000


async def test_what_a_model_cannot_do_is_noted_on_its_answer(harness):
    harness.providers.capabilities["script/m"] = ["vision"]
    caller = FakeCaller()
    task = asyncio.create_task(
        harness.broadcast(caller, models=["script/m"], params={"reasoningEffort": "high"})
    )
    stream = await harness.providers.opened("m")
    assert "reasoning_effort" not in stream.request.params
    stream.text("Hi")
    stream.finish()
    result = await task
    final = caller.sink.of(result.panes[0].id)[-1]
    assert final.notes == ["reasoning_effort was not sent: script/m has no reasoning"]

"""Thinking is no part of the answer: shown above it and kept where the person wants that."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from antiphon.engine.document.render import render
from antiphon.engine.ports.deltas import Finished, Reasoning, UsageReport
from antiphon.model.values.usage import Usage
from support.engine.harness import FakeCaller, open_harness

QUOTE = "> **Thinking**\n>\n> Let me\n> see.\n\n"


@pytest.fixture
async def harness(tmp_path):
    harness = await open_harness(tmp_path / "history.db")
    harness.service.limits = replace(harness.service.limits, shows_thinking=True)
    yield harness
    await harness.history.aclose()


async def asked(harness, caller, model="m"):
    task = asyncio.create_task(harness.broadcast(caller, models=[f"script/{model}"]))
    return task, await harness.providers.opened(model)


async def thought(harness, caller, text="Four."):
    """An answer that was thought about, played to its end."""
    task, stream = await asked(harness, caller)
    stream.play(Reasoning("Let me\n"), Reasoning("see."))
    await harness.settled()
    stream.text(text)
    stream.finish()
    return await task


async def test_thinking_stands_above_the_answer_and_is_no_part_of_it(harness):
    caller = FakeCaller()
    result = await thought(harness, caller)
    pane = result.panes[0]
    text = await harness.documents.text(pane.uri)
    assert text.endswith(f"## m\n\n{QUOTE}Four.\n")
    assert text == caller.sink.reducer.texts[pane.id]
    (answer,) = [
        m for m in await harness.history.messages(pane_id=pane.id) if m.role == "assistant"
    ]
    assert (answer.content, answer.reasoning) == ("Four.", "Let me\nsee.")
    assert caller.sink.reducer.messages[answer.id] == "Four."
    final = caller.sink.of(pane.id)[-1]
    assert final.content == "Four."


async def test_thinking_is_stored_before_it_is_shown(harness):
    caller = FakeCaller()
    task, stream = await asked(harness, caller)
    stream.play(Reasoning("Let me\n"))
    await harness.settled()
    (pane,) = (live.plan.pane for live in harness.runs._panes.values())
    async with asyncio.timeout(10):
        while "reasoning" not in caller.sink.types(pane.id):
            await asyncio.sleep(0.001)
    kept = await harness.history.messages(pane_id=pane.id)
    assert (kept[-1].reasoning, kept[-1].content, kept[-1].status) == ("Let me\n", "", "streaming")
    assert render(kept) == caller.sink.reducer.texts[pane.id]
    assert caller.sink.of(pane.id)[0].pane.state == "waiting"
    assert (await harness.history.pane(pane.id)).state == "streaming"
    stream.finish()
    await task


async def test_hidden_thinking_is_counted_and_neither_shown_nor_kept(harness):
    harness.service.limits = replace(harness.service.limits, shows_thinking=False)
    caller = FakeCaller()
    task, stream = await asked(harness, caller)
    stream.play(Reasoning("x" * 400))
    stream.text("Four.")
    stream.play(Finished("stop", "complete"))
    stream.cut()
    result = await task
    text = await harness.documents.text(result.panes[0].uri)
    assert "Thinking" not in text
    assert "reasoning" not in caller.sink.types(result.panes[0].id)
    kept = (await harness.history.messages(pane_id=result.panes[0].id))[-1]
    assert kept.reasoning is None
    assert kept.usage.reasoning_tokens == 100


async def test_thinking_is_never_sent_back_to_the_model(harness):
    caller = FakeCaller()
    first = await thought(harness, caller)
    task = asyncio.create_task(harness.broadcast(caller, "And?", paneIds=[first.panes[0].id]))
    stream = await harness.providers.opened("m", 2)
    assert [turn.content for turn in stream.request.turns] == ["Hello", "Four.", "And?"]
    stream.finish()
    await task


async def test_an_answer_that_is_regenerated_takes_its_thinking_along(harness):
    caller = FakeCaller()
    first = await thought(harness, caller)
    task = asyncio.create_task(
        harness.regenerate(caller, messageId=first.results[0].message_id, model="script/other")
    )
    stream = await harness.providers.opened("other")
    stream.text("Five.")
    stream.finish()
    await task
    text = caller.sink.reducer.texts[first.panes[0].id]
    assert text == "## You\n\nHello\n\n## other\n\nFive.\n"


async def test_a_model_that_ran_out_of_tokens_while_it_thought_leaves_a_whole_document(harness):
    caller = FakeCaller()
    task, stream = await asked(harness, caller)
    stream.play(Reasoning("Hm"))
    stream.finish("length", "truncated")
    result = await task
    text = caller.sink.reducer.texts[result.panes[0].id]
    assert "## m\n\n> **Thinking**\n>\n> Hm\n\n> **Cut at the token limit.**" in text
    assert text == await harness.documents.text(result.panes[0].uri)


async def test_thinking_that_comes_after_text_is_counted_and_told_of_in_a_note(harness):
    caller = FakeCaller()
    task, stream = await asked(harness, caller)
    stream.text("Four")
    stream.play(Reasoning("or five?"), Reasoning("no"))
    stream.text(".")
    stream.finish()
    result = await task
    kept = (await harness.history.messages(pane_id=result.panes[0].id))[-1]
    assert (kept.content, kept.reasoning) == ("Four.", None)
    assert kept.notes == ["It went on thinking after its answer had begun; that is not shown."]


async def test_a_request_that_failed_after_thinking_is_not_sent_again(harness):
    caller = FakeCaller()
    task, stream = await asked(harness, caller)
    stream.play(Reasoning("Hm"))
    stream.fail("overloaded")
    result = await task
    assert result.results[0].status == "failed"
    assert len(harness.providers.streams["m"]) == 1
    assert "> Hm\n\n> **" in await harness.documents.text(result.panes[0].uri)


async def test_figures_that_came_before_a_cut_are_a_lower_bound(harness):
    caller = FakeCaller()
    task, stream = await asked(harness, caller)
    stream.play(UsageReport(Usage(input_tokens=40, output_tokens=1, source="provider")))
    stream.text("x" * 400)
    stream.cut()
    usage = (await task).results[0].usage
    assert (usage.input_tokens, usage.output_tokens, usage.source) == (40, 100, "estimated")


async def test_a_model_that_thinks_out_of_sight_gives_a_sign_of_life(harness):
    harness.service.limits = replace(harness.service.limits, shows_thinking=False)
    caller = FakeCaller()
    task, stream = await asked(harness, caller)
    async with asyncio.timeout(10):
        while "meter" not in caller.sink.types(next(iter(harness.runs._panes))):
            stream.play(Reasoning("Hm. "))
            await asyncio.sleep(0.01)
    (pane_id,) = harness.runs._panes
    meter = next(event for event in caller.sink.of(pane_id) if event.type == "meter")
    assert meter.usage.reasoning_tokens > 0
    assert meter.usage.output_tokens == 0
    stream.text("Four.")
    stream.finish()
    await task

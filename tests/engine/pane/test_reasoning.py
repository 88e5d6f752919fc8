"""Thinking is no part of the answer: shown above it and kept where the person wants that."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from desk import Person, open_desk

from antiphon.engine.document.render import render
from antiphon.engine.ports.deltas import Finished, Reasoning, UsageReport
from antiphon.model.values.usage import Usage

QUOTE = "> **Thinking**\n>\n> Let me\n> see.\n\n"


@pytest.fixture
async def desk(tmp_path):
    desk = await open_desk(tmp_path / "history.db")
    desk.broadcaster.limits = replace(desk.broadcaster.limits, shows_thinking=True)
    yield desk
    await desk.history.aclose()


async def asked(desk, person, model="m"):
    task = asyncio.create_task(desk.broadcast(person, models=[f"script/{model}"]))
    return task, await desk.providers.opened(model)


async def thought(desk, person, text="Four."):
    """An answer that was thought about, played to its end."""
    task, stream = await asked(desk, person)
    stream.play(Reasoning("Let me\n"), Reasoning("see."))
    await desk.settled()
    stream.text(text)
    stream.finish()
    return await task


async def test_thinking_stands_above_the_answer_and_is_no_part_of_it(desk):
    person = Person()
    result = await thought(desk, person)
    pane = result.panes[0]
    text = await desk.documents.text(pane.uri)
    assert text.endswith(f"## m\n\n{QUOTE}Four.\n")
    assert text == person.sink.reducer.texts[pane.id]
    (answer,) = [m for m in await desk.history.messages(pane_id=pane.id) if m.role == "assistant"]
    assert (answer.content, answer.reasoning) == ("Four.", "Let me\nsee.")
    assert person.sink.reducer.messages[answer.id] == "Four."
    final = person.sink.of(pane.id)[-1]
    assert final.content == "Four."


async def test_thinking_is_stored_before_it_is_shown(desk):
    person = Person()
    task, stream = await asked(desk, person)
    stream.play(Reasoning("Let me\n"))
    await desk.settled()
    (pane,) = (live.plan.pane for live in desk.runs._panes.values())
    kept = await desk.history.messages(pane_id=pane.id)
    assert (kept[-1].reasoning, kept[-1].content, kept[-1].status) == ("Let me\n", "", "streaming")
    assert render(kept) == person.sink.reducer.texts[pane.id]
    assert person.sink.of(pane.id)[0].pane.state == "waiting"
    assert (await desk.history.pane(pane.id)).state == "streaming"
    stream.finish()
    await task


async def test_hidden_thinking_is_counted_and_neither_shown_nor_kept(desk):
    desk.broadcaster.limits = replace(desk.broadcaster.limits, shows_thinking=False)
    person = Person()
    task, stream = await asked(desk, person)
    stream.play(Reasoning("x" * 400))
    stream.text("Four.")
    stream.play(Finished("stop", "complete"))
    stream.cut()
    result = await task
    text = await desk.documents.text(result.panes[0].uri)
    assert "Thinking" not in text
    assert "reasoning" not in person.sink.types(result.panes[0].id)
    kept = (await desk.history.messages(pane_id=result.panes[0].id))[-1]
    assert kept.reasoning is None
    assert kept.usage.reasoning_tokens == 100


async def test_thinking_is_never_sent_back_to_the_model(desk):
    person = Person()
    first = await thought(desk, person)
    task = asyncio.create_task(desk.broadcast(person, "And?", paneIds=[first.panes[0].id]))
    stream = await desk.providers.opened("m", 2)
    assert [turn.content for turn in stream.request.turns] == ["Hello", "Four.", "And?"]
    stream.finish()
    await task


async def test_an_answer_that_is_regenerated_takes_its_thinking_along(desk):
    person = Person()
    first = await thought(desk, person)
    task = asyncio.create_task(
        desk.regenerate(person, messageId=first.results[0].message_id, model="script/other")
    )
    stream = await desk.providers.opened("other")
    stream.text("Five.")
    stream.finish()
    await task
    text = person.sink.reducer.texts[first.panes[0].id]
    assert text == "## You\n\nHello\n\n## other\n\nFive.\n"


async def test_a_model_that_ran_out_of_tokens_while_it_thought_leaves_a_whole_document(desk):
    person = Person()
    task, stream = await asked(desk, person)
    stream.play(Reasoning("Hm"))
    stream.finish("length", "truncated")
    result = await task
    text = person.sink.reducer.texts[result.panes[0].id]
    assert "## m\n\n> **Thinking**\n>\n> Hm\n\n> **Cut at the token limit.**" in text
    assert text == await desk.documents.text(result.panes[0].uri)


async def test_thinking_that_comes_after_text_is_counted_and_told_of_in_a_note(desk):
    person = Person()
    task, stream = await asked(desk, person)
    stream.text("Four")
    stream.play(Reasoning("or five?"), Reasoning("no"))
    stream.text(".")
    stream.finish()
    result = await task
    kept = (await desk.history.messages(pane_id=result.panes[0].id))[-1]
    assert (kept.content, kept.reasoning) == ("Four.", None)
    assert kept.notes == ["It went on thinking after its answer had begun; that is not shown."]


async def test_a_request_that_failed_after_thinking_is_not_sent_again(desk):
    person = Person()
    task, stream = await asked(desk, person)
    stream.play(Reasoning("Hm"))
    stream.fail("overloaded")
    result = await task
    assert result.results[0].status == "failed"
    assert len(desk.providers.streams["m"]) == 1
    assert "> Hm\n\n> **" in await desk.documents.text(result.panes[0].uri)


async def test_figures_that_came_before_a_cut_are_a_lower_bound(desk):
    person = Person()
    task, stream = await asked(desk, person)
    stream.play(UsageReport(Usage(input_tokens=40, output_tokens=1, source="provider")))
    stream.text("x" * 400)
    stream.cut()
    usage = (await task).results[0].usage
    assert (usage.input_tokens, usage.output_tokens, usage.source) == (40, 100, "estimated")


async def test_a_model_that_thinks_out_of_sight_gives_a_sign_of_life(desk):
    desk.broadcaster.limits = replace(desk.broadcaster.limits, shows_thinking=False)
    person = Person()
    task, stream = await asked(desk, person)
    async with asyncio.timeout(10):
        while "meter" not in person.sink.types(next(iter(desk.runs._panes))):
            stream.play(Reasoning("Hm. "))
            await asyncio.sleep(0.01)
    (pane_id,) = desk.runs._panes
    meter = next(event for event in person.sink.of(pane_id) if event.type == "meter")
    assert meter.usage.reasoning_tokens > 0
    assert meter.usage.output_tokens == 0
    stream.text("Four.")
    stream.finish()
    await task

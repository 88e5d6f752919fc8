"""Going on with a pane: follow-ups, regeneration, context and system prompts."""

import asyncio

import pytest

from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.failure import AntiphonError
from support.engine.harness import EngineHarness, FakeCaller, answered


async def test_a_follow_up_sends_the_panes_own_history(harness: EngineHarness, caller: FakeCaller):
    first = await answered(harness, caller, "red", "blue")
    panes = [pane.id for pane in first.panes]
    task = asyncio.create_task(harness.broadcast(caller, "And why?", paneIds=panes))
    for index in range(2):
        stream = await harness.providers.opened(f"m{index}", 2)
        stream.text("because")
        stream.finish()
    result = await task

    assert result.session_id == first.session_id
    turns = harness.providers.streams["m1"][1].request.turns
    assert [(turn.role, turn.content) for turn in turns] == [
        ("user", "Hello"),
        ("assistant", "blue"),
        ("user", "And why?"),
    ]
    for pane in result.panes:
        shown = caller.sink.reducer.texts[pane.id]
        assert shown == await harness.documents.text(pane.uri)


async def test_a_running_pane_cannot_be_asked_again(harness: EngineHarness, caller: FakeCaller):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    await harness.settled()
    pane_id = caller.sink.events[0].pane_id
    with pytest.raises(AntiphonError) as refused:
        await harness.broadcast(FakeCaller(), "again", paneIds=[pane_id])
    assert refused.value.failure.kind == "conflict"
    stream.text("x")
    stream.finish()
    await task


async def test_regenerating_cuts_the_old_answer_and_keeps_it_in_history(
    harness: EngineHarness, caller: FakeCaller
):
    first = await answered(harness, caller, "old 😀 answer")
    old = first.results[0].message_id
    task = asyncio.create_task(harness.regenerate(caller, messageId=old, model="script/other"))
    stream = await harness.providers.opened("other")
    await harness.settled()
    shown = caller.sink.reducer.texts[first.panes[0].id]
    assert shown == "## You\n\nHello\n\n## other\n\n"
    assert shown == await harness.documents.text(first.panes[0].uri)
    stream.text("new")
    stream.finish()
    result = await task

    pane = result.panes[0]
    assert (pane.id, pane.model, pane.uri) == (
        first.panes[0].id,
        "script/other",
        first.panes[0].uri,
    )
    assert pane.title == "other"  # the title came from a model, so it follows the model
    assert (await harness.history.pane(pane.id)).title == "other"
    assert caller.sink.reducer.texts[pane.id] == await harness.documents.text(pane.uri)
    kept = await harness.history.message(old)
    assert (kept.content, kept.superseded) == ("old 😀 answer", True)


async def test_what_a_running_pane_is_asked_next_can_be_estimated(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    await harness.settled()
    pane_id = caller.sink.events[0].pane_id
    wanted = BroadcastParams(prompt="And then?", pane_ids=[pane_id])
    (pane,) = (await harness.broadcaster.estimate(wanted, FakeCaller())).panes
    assert pane.input_tokens > 0
    stream.finish()
    await task


async def test_a_title_that_the_user_chose_stays_when_another_model_answers(
    harness: EngineHarness, caller: FakeCaller
):
    choice = {"model": "script/a", "title": "Reviewer"}
    task = asyncio.create_task(harness.broadcast(caller, models=[choice]))
    (await harness.providers.opened("a")).finish()
    old = (await task).results[0].message_id
    task = asyncio.create_task(harness.regenerate(caller, messageId=old, model="script/b"))
    (await harness.providers.opened("b")).finish()
    pane = (await task).panes[0]
    assert (pane.model, pane.title) == ("script/b", "Reviewer")


async def test_only_the_last_answer_can_be_regenerated(harness: EngineHarness, caller: FakeCaller):
    first = await answered(harness, caller, "one")
    messages = await harness.history.messages(pane_id=first.panes[0].id)
    with pytest.raises(AntiphonError) as refused:
        await harness.regenerate(caller, messageId=messages[0].id)
    assert refused.value.failure.kind == "conflict"


async def test_context_is_sent_fenced_once_and_remembered_for_follow_ups(
    harness: EngineHarness, caller: FakeCaller
):
    caller.context.texts["file:///a.py"] = "print('```')\n```\n"
    items = [{"uri": "file:///a.py"}]
    first = await answered(harness, caller, "ok", context=items)
    sent = harness.providers.streams["m0"][0].request.turns[-1].content
    assert sent == "Context: file:///a.py\n\n````\nprint('```')\n```\n````\n\nHello"
    assert "file:///a.py" in caller.sink.reducer.texts[first.panes[0].id]

    task = asyncio.create_task(harness.broadcast(caller, "more", paneIds=[first.panes[0].id]))
    stream = await harness.providers.opened("m0", 2)
    stream.finish()
    await task
    assert stream.request.turns[0].content == sent


async def test_a_system_prompt_is_sent_first_and_kept(harness: EngineHarness, caller: FakeCaller):
    first = await answered(harness, caller, "ok", system="Be brief.")
    assert harness.providers.streams["m0"][0].request.turns[0].content == "Be brief."
    task = asyncio.create_task(harness.broadcast(caller, "more", paneIds=[first.panes[0].id]))
    stream = await harness.providers.opened("m0", 2)
    stream.finish()
    await task
    assert [turn.role for turn in stream.request.turns] == ["system", "user", "assistant", "user"]


async def test_a_pane_that_has_ended_goes_on_while_others_of_its_run_still_answer(
    harness: EngineHarness, caller: FakeCaller
):
    first = asyncio.create_task(harness.broadcast(caller, models=["script/a", "script/b"]))
    quick, slow = await harness.providers.opened("a"), await harness.providers.opened("b")
    quick.text("done")
    quick.finish()
    await harness.settled()
    pane_id = caller.sink.events[0].pane_id
    again = asyncio.create_task(harness.broadcast(caller, "And?", paneIds=[pane_id]))
    follow_up = await harness.providers.opened("a", 2)
    follow_up.text("more")
    slow.text("at last")
    slow.finish()
    result = await first
    assert harness.runs.busy(pane_id), "the end of the first run leaves the second one alone"
    follow_up.finish()
    assert (await again).status == result.status == "complete"
    pane = result.panes[0]
    assert caller.sink.reducer.texts[pane_id] == await harness.documents.text(pane.uri)
    assert [turn.content for turn in follow_up.request.turns] == ["Hello", "done", "And?"]

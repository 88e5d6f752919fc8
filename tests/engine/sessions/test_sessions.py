"""What was asked before is listed newest first and opened whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.sessions import SessionListParams, SessionOpenParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller


async def asked(harness: EngineHarness, caller: FakeCaller, prompt: str, **params):
    params = {"models": ["script/a"], **params}
    count = len(harness.providers.streams["a"])
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(harness.broadcast(caller, prompt, **params))
        (await harness.providers.opened("a", count + 1)).finish()
    return task.result()


async def opened(harness: EngineHarness, session_id: str):
    return await harness.sessions.open(SessionOpenParams(session_id=session_id))


async def test_an_empty_history_lists_nothing(harness: EngineHarness):
    assert (await harness.sessions.list(SessionListParams())).to_wire() == {"sessions": []}


async def test_the_session_that_was_used_last_comes_first(
    harness: EngineHarness, caller: FakeCaller
):
    first = await asked(harness, caller, "one")
    await asked(harness, caller, "two")
    await asked(harness, caller, "three", models=None, paneIds=[first.panes[0].id])
    found = await harness.sessions.list(SessionListParams())
    assert [session.title for session in found.sessions] == ["one", "two"]
    assert found.next_cursor is None


async def test_asking_again_is_using_a_session_too(harness: EngineHarness, caller: FakeCaller):
    first = await asked(harness, caller, "one")
    await asked(harness, caller, "two")
    async with asyncio.TaskGroup() as tasks:
        message_id = first.results[0].message_id
        tasks.create_task(harness.regenerate(caller, messageId=message_id))
        (await harness.providers.opened("a", 3)).finish()
    found = await harness.sessions.list(SessionListParams())
    assert [session.title for session in found.sessions] == ["one", "two"]


async def test_pages_follow_each_other_without_gap_or_repeat(
    harness: EngineHarness, caller: FakeCaller
):
    for number in range(5):
        await asked(harness, caller, str(number))
    titles, cursor = [], None
    for _ in range(3):
        page = await harness.sessions.list(SessionListParams(limit=2, cursor=cursor))
        titles += [session.title for session in page.sessions]
        cursor = page.next_cursor
    assert titles == ["4", "3", "2", "1", "0"]
    assert cursor is None


async def test_a_session_opens_with_the_messages_of_all_its_panes_oldest_first(
    harness: EngineHarness, caller: FakeCaller
):
    result = await asked(harness, caller, "one", models=["script/a"])
    pane = result.panes[0]
    await asked(harness, caller, "two", sessionId=result.session_id)
    await asked(harness, caller, "three", models=None, paneIds=[pane.id])
    found = await opened(harness, result.session_id)
    assert [each.title for each in found.session.panes] == ["a", "a#2"]
    assert [m.content for m in found.messages if m.role == "user"] == ["one", "two", "three"]
    assert [m.created_at for m in found.messages] == sorted(m.created_at for m in found.messages)
    for each in found.session.panes:
        mine = [message for message in found.messages if message.pane_id == each.id]
        assert mine == await harness.shown.messages(each.id)


async def test_a_running_answer_is_opened_as_far_as_it_was_shown(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.ensure_future(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("so far")
    await harness.settled()
    (listed,) = (await harness.sessions.list(SessionListParams())).sessions
    found = await opened(harness, listed.id)
    assert listed.panes[0].state == found.session.panes[0].state == "streaming"
    assert found.messages[-1].content == "so far"
    assert found.messages[-1].status == "streaming"
    stream.finish()
    await task
    found = await opened(harness, listed.id)
    assert found.session.panes[0].state == "idle"
    assert found.messages[-1].status == "complete"


async def test_an_unknown_session_is_not_found(harness: EngineHarness):
    with pytest.raises(AntiphonError) as caught:
        await opened(harness, new_id())
    assert caught.value.failure.kind == "not_found"

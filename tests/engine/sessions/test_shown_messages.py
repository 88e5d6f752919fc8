"""A document is what has been shown, while an answer runs and ever after."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import message_uri, pane_uri

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller


async def asked(harness: EngineHarness, caller: FakeCaller, answer: str = "Yo", **params):
    params = {"models": ["script/a"], **params}
    count = len(harness.providers.streams["a"])
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(harness.broadcast(caller, **params))
        stream = await harness.providers.opened("a", count + 1)
        stream.text(answer)
        stream.finish()
    return task.result()


async def test_a_pane_and_each_of_its_messages_can_be_read(
    harness: EngineHarness, caller: FakeCaller
):
    result = await asked(harness, caller)
    pane = result.panes[0]
    assert await harness.documents.text(pane.uri) == "## You\n\nHello\n\n## a\n\nYo\n"
    for message in await harness.shown.messages(pane.id):
        uri = message_uri(pane.session_id, pane.id, message.id, "any name")
        assert await harness.documents.text(uri) == message.content


async def test_the_name_in_an_address_does_not_matter(harness: EngineHarness, caller: FakeCaller):
    pane = (await asked(harness, caller)).panes[0]
    other = pane_uri(pane.session_id, pane.id, "another name").replace("antiphon:/", "antiphon:///")
    assert await harness.documents.text(other) == await harness.documents.text(pane.uri)


@pytest.mark.parametrize("uri", ["", "antiphon:/pane/x/y/z", "file:///a", "untitled:1"])
async def test_another_kind_of_address_is_a_wrong_argument(harness: EngineHarness, uri):
    with pytest.raises(AntiphonError) as caught:
        await harness.documents.text(uri)
    assert caught.value.failure.kind == "invalid_params"
    assert caught.value.field == "$.uri"


async def test_a_pane_that_does_not_exist_is_not_found(harness: EngineHarness):
    with pytest.raises(AntiphonError) as caught:
        await harness.documents.text(pane_uri(new_id(), new_id(), "x"))
    assert caught.value.failure.kind == "not_found"


async def test_a_message_of_another_pane_is_not_found(harness: EngineHarness, caller: FakeCaller):
    first, second = (await asked(harness, caller)).panes[0], (await asked(harness, caller)).panes[0]
    stranger = (await harness.shown.messages(second.id))[-1]
    for message_id in (stranger.id, new_id()):
        with pytest.raises(AntiphonError) as caught:
            await harness.documents.text(message_uri(first.session_id, first.id, message_id, "x"))
        assert caught.value.failure.kind == "not_found"


async def test_a_running_answer_is_read_as_far_as_it_was_shown(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.ensure_future(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("shown")
    await harness.settled()
    caller.sink.open.clear()
    stream.text(" and one batch more")
    stream.text(" and what nobody has seen")
    (pane_id,) = caller.sink.reducer.texts
    pane = caller.sink.of(pane_id)[0].pane
    uri = pane.uri
    assert await harness.documents.text(uri) == caller.sink.reducer.texts[pane_id]
    message_id = caller.sink.of(pane_id)[0].message_id
    shown = await harness.documents.text(message_uri(pane.session_id, pane_id, message_id, "x"))
    assert shown == caller.sink.reducer.messages[message_id]
    caller.sink.open.set()
    stream.finish()
    await task
    assert await harness.documents.text(uri) == caller.sink.reducer.texts[pane_id]


async def test_an_answer_that_was_replaced_can_still_be_read(
    harness: EngineHarness, caller: FakeCaller
):
    pane = (await asked(harness, caller, "old")).panes[0]
    old = (await harness.shown.messages(pane.id))[-1]
    task = asyncio.ensure_future(harness.regenerate(caller, messageId=old.id))
    stream = await harness.providers.opened("a", 2)
    stream.text("new")
    await harness.settled()
    uri = message_uri(pane.session_id, pane.id, old.id, "a")
    assert await harness.documents.text(uri) == "old"
    stream.finish()
    await task
    assert await harness.documents.text(uri) == "old"
    assert "old" not in await harness.documents.text(pane.uri)

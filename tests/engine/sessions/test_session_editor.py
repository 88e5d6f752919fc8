"""Sessions are renamed, tagged, deleted, forked and exported, and clients are told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.sessions.sessions import SessionEditor
from antiphon.model.commands.sessions import (
    SessionDeleteParams,
    SessionExportParams,
    SessionForkParams,
    SessionRenameParams,
    SessionTagParams,
)
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.engine.harness import answered

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller


@pytest.fixture
def sessions(harness: EngineHarness) -> SessionEditor:
    def changed(*changes: tuple[str, str]) -> None:
        harness.changes.extend(changes)

    return SessionEditor(harness.history, harness.history.library, harness.runs, changed)


async def test_a_title_is_one_line_and_clients_are_told(harness, caller, sessions) -> None:
    run = await answered(harness, caller, "x")
    harness.changes.clear()

    result = await sessions.rename(
        SessionRenameParams(session_id=run.session_id, title=" My\n\x1b[31m title ")
    )

    assert result.session.title == "My [31m title"
    assert harness.changes == [("session", run.session_id)]
    assert (await harness.history.session(run.session_id)).title == "My [31m title"


@pytest.mark.parametrize("title", ["", " \n", "\x07", "x" * 201])
async def test_a_title_that_is_none_changes_nothing(harness, caller, sessions, title) -> None:
    run = await answered(harness, caller, "x")
    with pytest.raises(AntiphonError) as caught:
        await sessions.rename(SessionRenameParams(session_id=run.session_id, title=title))
    assert (caught.value.failure.kind, caught.value.field) == ("invalid_params", "$.title")
    assert (await harness.history.session(run.session_id)).title == "Hello"


async def test_tags_replace_those_before(harness, caller, sessions) -> None:
    run = await answered(harness, caller, "x")
    for tags, kept in [(["b", " a ", "b"], ["b", "a"]), (["c"], ["c"]), ([], [])]:
        result = await sessions.tag(SessionTagParams(session_id=run.session_id, tags=tags))
        assert result.session.tags == kept
    for bad in (["ok", ""], ["x" * 65], [str(n) for n in range(33)]):
        with pytest.raises(AntiphonError) as caught:
            await sessions.tag(SessionTagParams(session_id=run.session_id, tags=bad))
        assert caught.value.failure.kind == "invalid_params"
    assert (await harness.history.session(run.session_id)).tags == []


async def test_a_session_is_not_deleted_while_it_answers(
    harness: EngineHarness, caller: FakeCaller, sessions
) -> None:
    task = asyncio.ensure_future(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    [session] = (await harness.history.sessions(limit=1))[0]
    with pytest.raises(AntiphonError) as caught:
        await sessions.delete(SessionDeleteParams(session_id=session.id))
    assert caught.value.failure.kind == "conflict"
    stream.finish()
    await task

    assert await sessions.list_pane_uris(session.id) == [session.panes[0].uri]
    harness.changes.clear()
    await sessions.delete(SessionDeleteParams(session_id=session.id))

    assert harness.changes == [("session", session.id)]
    with pytest.raises(AntiphonError) as caught:
        await harness.documents.text(session.panes[0].uri)
    assert caught.value.failure.kind == "not_found"


async def test_a_fork_holds_the_conversation_up_to_its_message_and_says_whose_it_is(
    harness: EngineHarness, caller: FakeCaller, sessions
) -> None:
    first = await answered(harness, caller, "one", "other", system="Be brief.")
    pane = first.panes[0]
    second = asyncio.ensure_future(harness.broadcast(caller, "More", paneIds=[pane.id]))
    stream = await harness.providers.opened("m0", 2)
    stream.text("two")
    stream.finish()
    await second
    before = await harness.shown.messages(pane.id)
    middle = first.results[0].message_id

    forked = (await sessions.fork(SessionForkParams(message_id=middle))).session

    [copy] = forked.panes
    assert (forked.title, copy.model, copy.params) == ("Hello (fork)", pane.model, pane.params)
    messages = await harness.shown.messages(copy.id)
    assert [m.content for m in messages] == ["Be brief.", "Hello", "one"]
    for original, message in zip(before, messages, strict=False):
        assert message.provenance is not None
        assert (message.provenance.via, message.provenance.message_id) == ("fork", original.id)
        assert message.provenance.session_id == first.session_id
        assert message.cost is message.usage is None
    assert await harness.shown.messages(pane.id) == before
    again = asyncio.ensure_future(harness.broadcast(caller, "Go on", paneIds=[copy.id]))
    stream = await harness.providers.opened("m0", 3)
    assert [turn.content for turn in stream.request.turns] == ["Be brief.", "Hello", "one", "Go on"]
    stream.finish()
    await again


async def test_a_fork_has_only_the_one_of_several_answers_that_it_was_made_of(
    harness: EngineHarness, caller: FakeCaller, sessions
) -> None:
    old = (await answered(harness, caller, "old")).results[0].message_id
    again = asyncio.ensure_future(harness.regenerate(caller, messageId=old))
    stream = await harness.providers.opened("m0", 2)
    stream.text("new")
    stream.finish()
    new = (await again).results[0].message_id
    for message_id, content in ((new, "new"), (old, "old")):
        forked = (await sessions.fork(SessionForkParams(message_id=message_id))).session
        messages = await harness.shown.messages(forked.panes[0].id)
        assert [message.content for message in messages] == ["Hello", content]


async def test_a_running_answer_cannot_be_forked_and_an_unknown_one_is_not_found(
    harness: EngineHarness, caller: FakeCaller, sessions
) -> None:
    task = asyncio.ensure_future(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("so far")
    await harness.settled()
    [message_id] = {event.message_id for event in caller.sink.events}
    for name, kind in [(message_id, "conflict"), (new_id(), "not_found")]:
        with pytest.raises(AntiphonError) as caught:
            await sessions.fork(SessionForkParams(message_id=name))
        assert caught.value.failure.kind == kind
    stream.finish()
    await task


async def test_markdown_is_the_panes_documents_under_their_titles(
    harness, caller, sessions
) -> None:
    run = await answered(harness, caller, "one", "two")
    await sessions.tag(SessionTagParams(session_id=run.session_id, tags=["x"]))

    text = (
        await sessions.export(SessionExportParams(session_id=run.session_id, format="markdown"))
    ).text

    assert text.startswith("# Hello\n\n")
    assert " · x\n\n# m0 (script/m0)\n\n## You\n\nHello\n" in text
    for pane in run.panes:
        assert await harness.documents.text(pane.uri) in text

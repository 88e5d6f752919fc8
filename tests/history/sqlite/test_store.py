"""The history port over a file: order, atomicity, what is found and what is not."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from antiphon.engine.ports import AnswerEnd, Attempt, RunStart, TextChunk
from antiphon.history import open_history
from antiphon.history.sqlite.opening.migrate import shipped
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id


def kind_of(raised: pytest.ExceptionInfo[AntiphonError]) -> str:
    return raised.value.failure.kind


async def test_messages_come_in_document_order_and_superseded_ones_stay_findable(
    history, story
) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("one")), AnswerEnd(a.ended("two", 1))])
    again = a.message(a.panes[0], role="assistant", status="streaming", run_id=new_id())

    await history.begin_run(RunStart(again.run_id, a.session, [again], [a.answer.id]))

    first = await history.messages(pane_id=a.panes[0].id)
    assert [message.id for message in first] == [a.prompts[0].id, again.id]
    everything = await history.messages(session_id=a.session_id)
    assert [message.id for message in everything] == [
        a.prompts[0].id, a.prompts[1].id, a.answers[1].id, again.id,
    ]  # fmt: skip
    assert (await history.message(a.answer.id)).superseded


async def test_a_running_answer_has_the_text_that_is_stored_so_far(history, story) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)

    await history.record([TextChunk(a.answers[0].id, "Be"), TextChunk(a.answers[1].id, "No")])
    await history.record([TextChunk(a.answers[0].id, "cause")])

    found = await history.messages(session_id=a.session_id)
    assert [message.content for message in found] == ["Why?", "Because", "Why?", "No"]
    assert (await history.message(a.answer.id)).content == "Because"


async def test_an_ended_answer_leaves_no_chunks_behind(history, story, database) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answers[0].id, "x"), TextChunk(a.answers[1].id, "y")])

    await history.record([TextChunk(a.answers[0].id, "!"), AnswerEnd(a.ended("x!"))])

    assert (await history.message(a.answer.id)).content == "x!"
    with closing(sqlite3.connect(database)) as other:
        assert other.execute("SELECT text FROM chunks").fetchall() == [("y",)]


async def test_a_run_ends_with_its_last_answer(history, story, database) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)

    async def ended_run() -> tuple[str, bool]:
        with closing(sqlite3.connect(database)) as other:
            found = other.execute("SELECT status, ended_at FROM runs").fetchone()
            return found[0], found[1] is not None

    await history.record([AnswerEnd(a.ended("one"))])
    assert await ended_run() == ("running", False)
    await history.record([AnswerEnd(a.ended("two", 1))])
    assert await ended_run() == ("ended", True)


async def test_every_attempt_is_kept(history, story, database) -> None:
    a = story()
    await history.begin_run(a.start)

    await history.record([Attempt(a.answer.id, 1, "rate_limited"), Attempt(a.answer.id, 2, None)])

    with closing(sqlite3.connect(database)) as other:
        rows = other.execute("SELECT number, failure_kind FROM attempts").fetchall()
    assert rows == [(1, "rate_limited"), (2, None)]


async def test_a_pane_tells_whether_it_waits_or_streams(history, story) -> None:
    a = story(pane_count=3)
    await history.begin_run(a.start)

    await history.record([TextChunk(a.answers[0].id, "x"), AnswerEnd(a.ended("y", 1))])

    panes = (await history.session(a.session_id)).panes
    assert [pane.state for pane in panes] == ["streaming", "idle", "waiting"]


async def test_a_run_that_cannot_be_stored_leaves_nothing(history, story) -> None:
    a = story(pane_count=2)
    foreign = a.messages[-1].model_copy(update={"pane_id": new_id()})

    with pytest.raises(AntiphonError) as raised:
        await history.begin_run(RunStart(a.run_id, a.session, [*a.messages[:-1], foreign]))

    assert kind_of(raised) == "storage"
    assert await history.sessions(limit=10) == ([], None)
    await history.begin_run(a.start)
    assert len(await history.messages(session_id=a.session_id)) == 4


async def test_a_batch_that_names_an_unknown_message_stores_nothing(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    for record in (TextChunk(new_id(), "x"), Attempt(new_id(), 1, None)):
        with pytest.raises(AntiphonError) as raised:
            await history.record([TextChunk(a.answer.id, "text"), record])
        assert kind_of(raised) == "not_found"
    with pytest.raises(AntiphonError):
        await history.record([AnswerEnd(a.ended("x").model_copy(update={"id": new_id()}))])

    assert (await history.message(a.answer.id)).content == ""
    assert history.status().problem is None


@pytest.mark.parametrize("unknown", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "\ud800", "", "' OR 1=1 --"])
async def test_an_id_that_names_nothing_is_not_found(history, story, unknown) -> None:
    for read in (
        history.session(unknown),
        history.pane(unknown),
        history.message(unknown),
        history.messages(session_id=unknown),
        history.messages(pane_id=unknown),
    ):
        with pytest.raises(AntiphonError) as raised:
            await read
        assert kind_of(raised) == "not_found"
    a = story()
    with pytest.raises(AntiphonError) as raised:
        await history.begin_run(RunStart(a.run_id, a.session, a.messages, [unknown]))
    assert kind_of(raised) == "not_found"


async def test_a_follow_up_keeps_the_order_of_panes_and_what_others_called_the_session(
    history, story
) -> None:
    a = story(pane_count=3)
    await history.begin_run(a.start)
    turned = a.session.model_copy(update={"panes": a.panes[::-1]})
    await history.library.rename(a.session_id, "New")
    await history.library.tag(a.session_id, ["b", "a"])

    await history.begin_run(RunStart(new_id(), turned, []))

    found = await history.session(a.session_id)
    assert [pane.id for pane in found.panes] == [pane.id for pane in a.panes]
    assert (found.title, found.tags) == ("New", ["b", "a"])


async def test_pages_of_sessions_are_stable_while_new_ones_come(history, story) -> None:
    stories = [story(updated_at=f"2026-01-0{day}T00:00:00.000Z") for day in range(1, 6)]
    for a in stories:
        await history.begin_run(a.start)
    newest_first = [a.session_id for a in reversed(stories)]

    seen: list[str] = []
    cursor = None
    while True:
        page, cursor = await history.sessions(limit=2, cursor=cursor)
        seen += [session.id for session in page]
        await history.begin_run(story().start)
        if cursor is None:
            break

    assert seen == newest_first


async def test_an_overtaken_server_does_not_move_a_session_back_in_the_list(history, story) -> None:
    older, newer = (story(updated_at=f"2026-01-0{day}T00:00:00.000Z") for day in (2, 3))
    for a in (older, newer):
        await history.begin_run(a.start)
        await history.record([AnswerEnd(a.ended("x"))])
    overtaken = newer.session.model_copy(update={"updated_at": "2026-01-01T00:00:00.000Z"})

    await history.begin_run(RunStart(new_id(), overtaken, []))
    await history.add_messages(overtaken, [newer.message(newer.panes[0], run_id=None)])

    found, _ = await history.sessions(limit=10)
    assert [session.id for session in found] == [newer.session_id, older.session_id]
    assert found[0].updated_at == newer.updated_at


async def test_sessions_of_the_same_moment_are_each_shown_once(history, story) -> None:
    moment = "2026-01-01T00:00:00.000Z"
    ids = set()
    for _ in range(5):
        a = story(updated_at=moment)
        ids.add(a.session_id)
        await history.begin_run(a.start)

    seen: list[str] = []
    cursor = None
    while len(seen) < 5:
        page, cursor = await history.sessions(limit=1, cursor=cursor)
        seen += [session.id for session in page]

    assert cursor is None
    assert set(seen) == ids


async def test_sessions_are_found_by_tag(history, story) -> None:
    tagged = story(tags=["work", "odd \ud800"])
    for a in (story(), tagged, story(tags=["home"])):
        await history.begin_run(a.start)

    found, _ = await history.sessions(limit=10, tag="work")

    assert [session.id for session in found] == [tagged.session_id]
    assert found[0].tags == ["work", "odd \ufffd"]
    assert len((await history.sessions(limit=10, tag="odd \ud800"))[0]) == 1


async def test_texts_of_context_items_are_stored_once_and_found_by_their_hash(
    history, story, database
) -> None:
    texts = {"aa": "def f(): ...", "bb": "ünï \ud800"}
    for a in (story(), story()):
        await history.begin_run(RunStart(a.run_id, a.session, a.messages, contexts=texts))

    found = await history.contexts(["bb", "cc", "aa", "aa"])

    assert found == {"aa": "def f(): ...", "bb": "ünï \ufffd"}
    assert await history.contexts([]) == {}
    with closing(sqlite3.connect(database)) as other:
        assert other.execute("SELECT count(*) FROM contexts").fetchone() == (2,)


async def test_a_closed_history_says_so_and_closing_twice_is_fine(history, story) -> None:
    await history.aclose()
    await history.aclose()

    for use in (history.begin_run(story().start), history.session(new_id())):
        with pytest.raises(AntiphonError) as raised:
            await use
        assert kind_of(raised) == "storage"


async def test_a_server_id_that_could_leave_the_folder_is_refused(database) -> None:
    with pytest.raises(ValueError, match="ULID"):
        await open_history(database, server_id="../../x")


async def test_the_status_tells_where_the_history_is(history, database) -> None:
    status = history.status()

    assert (status.backend, status.location, status.problem) == ("sqlite", str(database), None)
    assert status.schema_version == shipped()[-1].version


def test_importing_the_package_imports_no_database_driver() -> None:
    law = "import sys, antiphon.history; sys.exit(bool({'sqlite3', 'aiosqlite'} & {*sys.modules}))"

    assert subprocess.run([sys.executable, "-c", law], timeout=30, check=False).returncode == 0

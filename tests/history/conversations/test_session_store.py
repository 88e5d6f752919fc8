"""Sessions as a whole: a deletion leaves nothing, and nothing that runs is deleted."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from antiphon.engine.ports import AnswerEnd, RunStart, TextChunk
from antiphon.model.commands.search import SearchParams
from antiphon.model.conversation.message import ContextDigest
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id

OWN_TABLES = (
    "sessions", "session_tags", "panes", "runs", "messages", "contexts", "context_uses",
    "attempts", "chunks", "search_docsize",
)  # fmt: skip


def rows(database) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in OWN_TABLES
        }


def with_context(a, *names: str) -> RunStart:
    digests = [
        ContextDigest(label=name, uri=f"file:///{name}", sha256=name, bytes=1) for name in names
    ]
    prompt = a.prompts[0].model_copy(update={"context": digests})
    return RunStart(
        a.run_id, a.session, [prompt, *a.answers], contexts={name: name for name in names}
    )


async def test_a_deleted_session_leaves_nothing_and_others_keep_what_they_share(
    history, database, story
) -> None:
    kept, gone = story(), story(pane_count=1, tags=["x"])
    await history.begin_run(with_context(kept, "shared"))
    await history.record([AnswerEnd(kept.ended("kept"))])
    before = rows(database)
    await history.begin_run(with_context(gone, "shared", "own", "own"))
    await history.record([AnswerEnd(gone.ended("secret"))])

    assert await history.library.delete(gone.session_id)

    assert rows(database) == before
    assert list(await history.contexts(["shared", "own"])) == ["shared"]
    found = await history.library.search(SearchParams(query="secret"))
    assert found.hits == []
    assert (await history.upkeep.verify()).problems == []
    assert await history.library.delete(kept.session_id)
    assert set(rows(database).values()) == {0}


async def test_the_bytes_of_what_was_deleted_are_gone_once_the_file_is_packed(
    history, database, story
) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("xylophonist " * 500))])
    await history.library.delete(a.session_id)
    await history.upkeep.vacuum()
    await history.aclose()

    left = b"".join(path.read_bytes() for path in database.parent.iterdir())
    assert b"xylophonist" not in left


def _built_to_leave_bytes(connect):
    """Opens connections as a build of SQLite does that does not overwrite by default."""

    def connect_plainly(*args, **options) -> sqlite3.Connection:
        connection = connect(*args, **options)
        connection.execute("PRAGMA secure_delete = OFF").fetchone()
        return connection

    return connect_plainly


@pytest.mark.parametrize("ends", ["by itself", "with its server"])
async def test_no_sentence_of_a_deleted_session_is_left_in_the_file(
    opened, database, story, ends, monkeypatch
) -> None:
    monkeypatch.setattr(sqlite3, "connect", _built_to_leave_bytes(sqlite3.connect))
    history, a, kept = await opened(), story(), story()
    await history.begin_run(kept.start)
    await history.begin_run(with_context(a, "name"))
    for _ in range(200):
        await history.record([TextChunk(a.answer.id, "shy xylophonist " * 20)])
        await history.record([TextChunk(kept.answer.id, "stays ")])
    for title in ("A shy xylophonist", "b"):
        await history.library.rename(a.session_id, title)
    if ends == "by itself":
        await history.record([AnswerEnd(a.ended("shy xylophonist " * 4000))])
    else:
        await history.aclose()
        history = await opened()
    assert await history.library.delete(a.session_id)
    await history.aclose()

    left = database.read_bytes()
    assert b"y xylophonist" not in left
    assert b"stays " in left


async def test_what_answers_in_any_server_is_not_deleted(history, opened, story) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answer.id, "so far")])
    other = await opened()

    for library in (history.library, other.library):
        with pytest.raises(AntiphonError) as caught:
            await library.delete(a.session_id)
        assert caught.value.failure.kind == "conflict"
    assert (await history.message(a.answer.id)).content == "so far"

    await history.aclose()  # killed or gone: nobody writes that answer any more
    assert await other.library.delete(a.session_id)


async def test_a_running_answer_keeps_its_text_when_another_session_is_deleted(
    history, story
) -> None:
    gone, running = story(), story()
    await history.begin_run(gone.start)
    await history.record([AnswerEnd(gone.ended("x"))])
    await history.begin_run(running.start)
    await history.record([TextChunk(running.answer.id, "a")])
    await history.library.delete(gone.session_id)
    await history.record([TextChunk(running.answer.id, "b")])

    assert (await history.message(running.answer.id)).content == "ab"


async def test_ids_that_name_nothing_are_not_found_and_change_nothing(history, database) -> None:
    library = history.library
    for work in (
        library.rename(new_id(), "x"),
        library.tag(new_id(), ["x"]),
        library.delete(new_id()),
        library.whole(new_id()),
    ):
        with pytest.raises(AntiphonError) as caught:
            await work
        assert caught.value.failure.kind == "not_found"
    assert set(rows(database).values()) == {0}


async def test_what_was_used_since_is_not_deleted_for_its_age(history, story) -> None:
    old = story(updated_at="2020-01-01T00:00:00.000Z")
    await history.begin_run(old.start)
    await history.record([AnswerEnd(old.ended("x"))])
    moment = "2021-01-01T00:00:00.000Z"
    assert await history.library.idle_ids(moment) == [old.session_id]
    used = old.session.model_copy(update={"updated_at": "2022-01-01T00:00:00.000Z"})
    await history.begin_run(RunStart(new_id(), used, []))

    assert not await history.library.delete(old.session_id, idle_since=moment)
    assert await history.library.idle_ids(moment) == []
    assert await history.library.delete(old.session_id, idle_since="2023-01-01T00:00:00.000Z")


async def test_a_whole_session_has_superseded_answers_and_context_texts(history, story) -> None:
    a = story()
    await history.begin_run(with_context(a, "one"))
    await history.record([AnswerEnd(a.ended("first"))])
    again = a.message(a.panes[0], role="assistant", status="streaming", run_id=new_id())
    await history.begin_run(RunStart(again.run_id, a.session, [again], [a.answer.id]))
    await history.record([TextChunk(again.id, "second")])

    file = await history.library.whole(a.session_id)

    assert [message.content for message in file.messages] == ["Why?", "first", "second"]
    assert [bool(message.superseded) for message in file.messages] == [False, True, False]
    assert file.contexts == {"one": "one"}


async def test_a_document_is_read_up_to_the_message_that_is_looked_for(history, story) -> None:
    a = story()
    await history.begin_run(RunStart(a.run_id, a.session, [*a.prompts, *a.answers]))
    await history.record([AnswerEnd(a.ended("first"))])
    again = a.message(a.panes[0], role="assistant", status="streaming", run_id=new_id())
    await history.begin_run(RunStart(again.run_id, a.session, [again], [a.answer.id]))

    documents = await history.library.conversations_up_to([a.prompts[0].id, "gone"])
    whole = await history.library.conversations_up_to([a.prompts[0].id, again.id])

    pane = a.panes[0].id
    assert [message.content for message in documents[pane]] == ["Why?"]
    assert [message.id for message in whole[pane]] == [a.prompts[0].id, again.id]
    assert await history.library.conversations_up_to(["gone"]) == {}


async def test_a_session_that_is_added_is_whole_and_its_runs_ended_elsewhere(
    history, opened, database, story
) -> None:
    a = story()
    moments = [f"2026-01-01T00:00:0{second}.000Z" for second in (1, 2)]
    a.prompts[0] = a.prompts[0].model_copy(update={"created_at": moments[0]})
    a.answers[0] = a.answer.model_copy(update={"created_at": moments[1]})
    await history.begin_run(with_context(a, "one"))
    await history.record([AnswerEnd(a.ended("first"))])
    file = await history.library.whole(a.session_id)
    other = await opened(database.with_name("other.db"))

    await other.library.add(file)

    assert await other.library.whole(a.session_id) == file
    with closing(sqlite3.connect(database.with_name("other.db"))) as connection:
        runs = connection.execute("SELECT server_id, status, created_at, ended_at FROM runs")
        assert runs.fetchall() == [("outside", "ended", moments[0], moments[0])]

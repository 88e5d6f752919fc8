"""Sessions as a whole: a deletion leaves nothing, and nothing that runs is deleted."""

from __future__ import annotations

import pytest

from antiphon.engine.ports import AnswerEnd, RunStart, TextChunk
from antiphon.model.commands.search import SearchParams
from antiphon.model.conversation.message import ContextDigest
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.history.stored import count_rows, rows


def with_context(a, *names: str) -> RunStart:
    digests = [
        ContextDigest(label=name, uri=f"file:///{name}", sha256=name, bytes=1) for name in names
    ]
    prompt = a.prompts[0].model_copy(update={"context": digests})
    return RunStart(
        a.run_id, a.session, [prompt, *a.answers], contexts={name: name for name in names}
    )


async def test_a_deleted_session_leaves_nothing_and_others_keep_what_they_share(
    history, story
) -> None:
    kept, gone = story(), story(pane_count=1, tags=["x"])
    await history.begin_run(with_context(kept, "shared"))
    await history.record([AnswerEnd(kept.ended("kept"))])
    before = await count_rows(history)
    await history.begin_run(with_context(gone, "shared", "own", "own"))
    await history.record([AnswerEnd(gone.ended("secret"))])

    assert await history.library.delete(gone.session_id)

    assert await count_rows(history) == before
    assert list(await history.contexts(["shared", "own"])) == ["shared"]
    found = await history.library.search(SearchParams(query="secret"))
    assert found.hits == []
    assert (await history.upkeep.verify()).problems == []
    assert await history.library.delete(kept.session_id)
    assert set((await count_rows(history)).values()) == {0}


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


async def test_ids_that_name_nothing_are_not_found_and_change_nothing(history) -> None:
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
    assert set((await count_rows(history)).values()) == {0}


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
    history, opened, tmp_path, story
) -> None:
    a = story()
    moments = [f"2026-01-01T00:00:0{second}.000Z" for second in (1, 2)]
    a.prompts[0] = a.prompts[0].model_copy(update={"created_at": moments[0]})
    a.answers[0] = a.answer.model_copy(update={"created_at": moments[1]})
    await history.begin_run(with_context(a, "one"))
    await history.record([AnswerEnd(a.ended("first"))])
    file = await history.library.whole(a.session_id)
    other = await opened(tmp_path / "other.db")

    await other.library.add(file)

    assert await other.library.whole(a.session_id) == file
    query = "SELECT server_id, status, created_at, ended_at FROM runs"
    assert await rows(other, query) == [("outside", "ended", moments[0], moments[0])]

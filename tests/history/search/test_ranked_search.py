"""Search over a real database: what is found, in which order, and what never is."""

from __future__ import annotations

from itertools import pairwise

import pytest

from antiphon.engine.ports import AnswerEnd, RunStart, TextChunk
from antiphon.history.postgresql.search import search as search_by_tsvector
from antiphon.history.sqlite.search import search as search_by_fts5
from antiphon.model.commands.search import SearchParams
from antiphon.model.conversation.message import ContextDigest
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id


async def find(history, query: str, **filters):
    return await history.library.search(SearchParams(query=query, **filters))


async def ids(history, query: str, **filters) -> list[str]:
    return [hit.message_id for hit in (await find(history, query, **filters)).hits]


async def told(history, a, *contents: str) -> None:
    """A session whose answers are `contents`."""
    await history.begin_run(a.start)
    await history.record(
        [AnswerEnd(a.ended(content, number)) for number, content in enumerate(contents)]
    )


def rank_newest(monkeypatch, count: int) -> None:
    for module in (search_by_fts5, search_by_tsvector):
        monkeypatch.setattr(module, "NEWEST", count)


async def test_prompts_answers_system_prompts_and_names_of_context_are_found(
    history, story
) -> None:
    a = story()
    system = a.message(a.panes[0], role="system", content="Speak of whales.")
    name = ContextDigest(label="src/ocean.py", uri="file:///o", sha256="0" * 64, bytes=3)
    prompt = a.prompts[0].model_copy(update={"context": [name], "content": "Which fish?"})
    start = RunStart(a.run_id, a.session, [system, prompt, a.answer], contexts={"0" * 64: "abc"})
    await history.begin_run(start)
    await history.record([AnswerEnd(a.ended("The blue\n\nfish swims."))])

    assert await ids(history, "whales") == [system.id]
    assert set(await ids(history, "fish")) == {prompt.id, a.answer.id}
    [in_context] = (await find(history, "ocean")).hits
    assert (in_context.message_id, in_context.field) == (prompt.id, "context")
    [hit] = (await find(history, '"fish swims"')).hits
    assert (hit.line, hit.model, hit.role, hit.field) == (2, "demo/model-0", "assistant", "content")
    assert await ids(history, "0" * 64) == []


async def test_an_answer_is_found_when_it_has_ended_however_it_ended(
    history, opened, story
) -> None:
    a, b = story(), story()
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answer.id, "a needle")])
    assert await ids(history, "needle") == []

    await history.record([AnswerEnd(a.ended("a needle", status="cancelled"))])
    assert await ids(history, "needle") == [a.answer.id]

    other = await opened()
    await other.begin_run(b.start)
    await other.record([TextChunk(b.answer.id, "another needle")])
    await other.aclose()
    await history.recover()
    assert set(await ids(history, "needle")) == {a.answer.id, b.answer.id}


async def test_an_answer_that_ends_twice_is_found_as_it_ended_last(history, story) -> None:
    a = story()
    await told(history, a, "first words")
    await history.record([AnswerEnd(a.ended("last words"))])

    assert await ids(history, "first") == []
    assert await ids(history, "last") == [a.answer.id]
    assert (await history.upkeep.verify()).problems == []


async def test_words_must_all_be_there_and_the_best_comes_first(history, story) -> None:
    a = story(pane_count=3)
    long = "needle " + "hay " * 50
    await told(history, a, long, "needle needle", "hay only")

    assert await ids(history, "needle") == [a.answers[1].id, a.answers[0].id]
    assert await ids(history, "needle hay") == [a.answers[0].id]
    assert await ids(history, '"hay needle"') == []
    assert await ids(history, "need*") == [a.answers[1].id, a.answers[0].id]
    assert await ids(history, "nothing") == []


async def test_filters_narrow_the_search(history, story) -> None:
    a, b = story(tags=["x", "y"]), story(pane_count=2, tags=["x"])
    await told(history, a, "needle")
    await told(history, b, "needle", "needle")
    every = {a.answer.id, *(each.id for each in b.answers)}

    assert set(await ids(history, "needle", models=["demo/model-0"])) == {
        a.answer.id, b.answer.id,
    }  # fmt: skip
    assert await ids(history, "needle", models=["demo/none"]) == []
    assert set(await ids(history, "needle", providers=["none", "demo"])) == every
    assert await ids(history, "needle", providers=["dem"]) == []
    assert await ids(history, "needle", roles=["user"]) == []
    assert set(await ids(history, "why", roles=["user"], models=["demo/model-1"])) == {
        b.prompts[1].id
    }
    assert await ids(history, "needle", session_id=a.session_id) == [a.answer.id]
    assert await ids(history, "needle", session_id="nobody's") == []
    assert await ids(history, "needle", tags=["x", "y", "x"]) == [a.answer.id]
    assert set(await ids(history, "needle", tags=["x"])) == every
    assert await ids(history, "needle", models=[]) == []


async def test_times_are_compared_as_times(history, story) -> None:
    a = story()
    a.answers[0] = a.answer.model_copy(update={"created_at": "2026-03-01T12:00:00.000Z"})
    await told(history, a, "needle")

    async def between(since=None, until=None) -> bool:
        return bool(await ids(history, "needle", since=since, until=until))

    assert await between("2026-03-01", "2026-03-02")
    assert await between("2026-03-01T12:00:00Z")
    assert await between("2026-03-01T13:00:00+01:00", "2026-03-01T13:00:00.001+01:00")
    assert not await between(until="2026-03-01T12:00:00Z")
    assert not await between("2026-03-02")
    for bad in ("yesterday", "", "2026-13-01", "0001-01-01T00:00:00+23:59"):
        with pytest.raises(AntiphonError) as caught:
            await between(bad)
        assert (caught.value.failure.kind, caught.value.field) == ("invalid_params", "$.since")


async def test_pages_follow_each_other_while_new_messages_come(history, story) -> None:
    stories = [story() for _ in range(5)]
    for number, a in enumerate(stories):
        await told(history, a, "needle " + "hay " * number)
    whole = await ids(history, "needle")
    seen, cursor = [], None
    for _ in range(3):
        page = await find(history, "needle", limit=2, cursor=cursor)
        seen += [hit.message_id for hit in page.hits]
        cursor = page.next_cursor
        await told(history, story(), "needle needle needle")

    assert cursor is None
    assert seen == whole == [a.answer.id for a in stories]


async def test_pages_within_a_session_do_not_shift_when_it_gains_a_message(history, story) -> None:
    a = story(pane_count=3)
    await told(history, a, *(f"needle {'hay ' * number}" for number in range(3)))
    first = await find(history, "needle", limit=1, session_id=a.session_id)
    better = a.message(a.panes[0], run_id=None, content="needle needle")
    await history.add_messages(a.session, [better])

    rest = await find(history, "needle", limit=5, session_id=a.session_id, cursor=first.next_cursor)

    seen = [hit.message_id for hit in (*first.hits, *rest.hits)]
    assert seen == [answer.id for answer in a.answers]
    assert better.id in await ids(history, "needle", session_id=a.session_id)


async def test_a_cursor_belongs_to_its_search(history, story) -> None:
    for _ in range(2):
        await told(history, story(), "needle")
    cursor = (await find(history, "needle", limit=1)).next_cursor

    for query, bad in [("hay", cursor), ("needle", "x"), ("needle", "é"), ("needle", "W10")]:
        with pytest.raises(AntiphonError) as caught:
            await find(history, query, cursor=bad)
        assert (caught.value.failure.kind, caught.value.field) == ("invalid_params", "$.cursor")


async def test_only_the_newest_that_fit_are_compared_unless_all_are_asked_for(
    history, story, monkeypatch
) -> None:
    rank_newest(monkeypatch, 2)
    stories = [story() for _ in range(4)]
    for number, a in enumerate(stories):
        await told(history, a, "needle " + "hay " * number)

    bounded, whole = await find(history, "needle"), await find(history, "needle", all=True)

    assert bounded.bounded
    assert stories[0].answer.id not in [hit.message_id for hit in bounded.hits]
    assert whole.bounded is None
    assert [hit.message_id for hit in whole.hits] == [a.answer.id for a in stories]


async def test_as_many_as_are_compared_are_not_called_a_part(history, story, monkeypatch) -> None:
    rank_newest(monkeypatch, 2)
    for expected in (None, None, True):
        await told(history, story(), "needle")
        assert (await find(history, "needle")).bounded is expected


async def test_a_word_of_the_text_counts_for_more_than_one_of_a_name(history, story) -> None:
    named, written = story(), story()
    name = ContextDigest(label="needle", uri="file:///n", sha256="0" * 64, bytes=3)
    prompt = named.prompts[0].model_copy(update={"context": [name], "content": "hay"})
    contexts = {"0" * 64: "abc"}
    await told(history, written, "needle")
    await history.begin_run(
        RunStart(named.run_id, named.session, [prompt, named.answer], contexts=contexts)
    )

    assert await ids(history, "needle") == [written.answer.id, prompt.id]


async def test_a_superseded_answer_is_found_and_says_so(history, story) -> None:
    a = story()
    await told(history, a, "the lost needle")
    again = a.message(a.panes[0], role="assistant", status="streaming", run_id=new_id())
    await history.begin_run(RunStart(again.run_id, a.session, [again], [a.answer.id]))

    [hit] = (await find(history, "needle")).hits
    assert hit.superseded


async def test_every_script_is_found_by_words_or_their_beginnings(history, story) -> None:
    a = story(pane_count=4)
    await told(
        history, a, "Übergrößenträger", "日本語の文章です。次の文", "한국어는 어렵다", "Привет, мир"
    )

    assert await ids(history, "ubergroßentrager") == [a.answers[0].id]
    assert await ids(history, "日本") == [a.answers[1].id]
    assert await ids(history, "次") == [a.answers[1].id]
    assert await ids(history, "한국") == [a.answers[2].id]
    assert await ids(history, "МИР") == [a.answers[3].id]


async def test_hits_of_the_same_rank_are_newest_first(history, story) -> None:
    for _ in range(6):
        await told(history, story(), "needle")

    found = await ids(history, "needle")
    assert len(found) == 6
    assert all(newer > older for newer, older in pairwise(found))

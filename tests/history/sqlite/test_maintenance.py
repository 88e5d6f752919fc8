"""Looking after the file: figures, packing, and finding what is wrong."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from antiphon.engine.ports import AnswerEnd, RunStart, TextChunk
from antiphon.model.conversation.message import ContextDigest
from antiphon.model.failure import AntiphonError


async def told(history, a, text: str = "an answer") -> None:
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended(text))])


async def test_figures_count_what_there_is(history, database, story) -> None:
    await told(history, story(updated_at="2026-01-01T00:00:00.000Z"), "word " * 10_000)
    await told(history, story(updated_at="2026-02-01T00:00:00.000Z"))

    found = await history.upkeep.stats()

    assert (found.sessions, found.panes, found.messages, found.contexts) == (2, 2, 4, 0)
    assert (found.oldest, found.newest) == (
        "2026-01-01T00:00:00.000Z",
        "2026-02-01T00:00:00.000Z",
    )
    assert found.location == str(database)
    assert found.bytes > 50_000 > found.index_bytes > 0


async def test_an_empty_history_has_figures_too(opened) -> None:
    found = await (await opened(":memory:")).upkeep.stats()

    assert (found.sessions, found.oldest, found.log_bytes) == (0, None, 0)


async def test_packing_gives_room_back(history, database, story) -> None:
    a = story()
    await told(history, a, "word " * 100_000)
    await history.library.delete(a.session_id)
    free = (await history.upkeep.stats()).free_bytes

    result = await history.upkeep.vacuum()

    assert free > 100_000
    assert result.after_bytes <= result.before_bytes - free
    assert (await history.upkeep.stats()).free_bytes == 0
    await history.aclose()
    assert database.stat().st_size == result.after_bytes


async def test_nothing_is_packed_under_an_answer_or_another_server(history, opened, story) -> None:
    a = story()
    await history.begin_run(a.start)
    with pytest.raises(AntiphonError) as caught:
        await history.upkeep.vacuum()
    assert caught.value.failure.kind == "conflict"

    await history.record([AnswerEnd(a.ended("x"))])
    other = await opened()
    with pytest.raises(AntiphonError) as caught:
        await history.upkeep.vacuum()
    assert caught.value.failure.kind == "conflict"
    [skipped] = (await history.upkeep.verify()).skipped or []
    assert "Another editor" in skipped

    await other.aclose()
    await history.upkeep.vacuum()


async def test_a_history_without_fault_has_no_problems(history, story) -> None:
    a = story(pane_count=2)
    await told(history, a)
    await history.record([TextChunk(a.answers[1].id, "still running")])

    found = await history.upkeep.verify()

    assert found.problems == []
    assert found.checked == ["pages", "references", "counts"]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("PRAGMA foreign_keys = OFF; DELETE FROM panes", "references"),
        (
            "INSERT INTO chunks (message, text) VALUES (999, 'x')",
            "text of an answer that does not run",
        ),
        ("INSERT INTO contexts VALUES ('x', 'x')", "context text that no prompt holds"),
        (
            "UPDATE context_uses SET sha256 = 'y'",
            "prompt whose context text is missing (1)",
        ),
        (
            "UPDATE spending SET status = 'running'",
            "reservation for an answer that does not run (1)",
        ),
        (
            "INSERT INTO search_docsize VALUES (999, x'00')",
            "entry of the search index without its message (1)",
        ),
        ("DELETE FROM search_docsize", "not in the search index"),
        (
            "DROP TRIGGER answer_replaced; UPDATE messages SET content = 'other words'",
            "search index",
        ),
    ],
)
async def test_what_is_wrong_is_found(history, database, story, harm, said) -> None:
    a = story()
    name = ContextDigest(label="a.py", uri="file:///a.py", sha256="known", bytes=1)
    prompt = a.prompts[0].model_copy(update={"context": [name]})
    contexts = {"known": "the text"}
    await history.begin_run(RunStart(a.run_id, a.session, [prompt, a.answer], contexts=contexts))
    await history.record([AnswerEnd(a.ended("an answer"))])
    assert (await history.upkeep.verify()).problems == []
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(harm)

    found = await history.upkeep.verify()

    assert any(said in problem for problem in found.problems)

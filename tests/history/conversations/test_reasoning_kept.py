"""Thinking that was shown is kept: while it streams, at its end, and after its server died."""

from __future__ import annotations

from contextlib import closing

from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, shipped


async def test_a_running_answer_has_its_thinking_apart_from_its_text(history, story) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)
    first, second = (answer.id for answer in a.answers)
    await history.record([TextChunk(first, "Let ", is_reasoning=True), TextChunk(second, "Be")])
    await history.record([TextChunk(first, "me", is_reasoning=True), TextChunk(first, "Four")])

    found = [await history.message(message_id) for message_id in (first, second)]

    assert [(m.reasoning, m.content) for m in found] == [("Let me", "Four"), (None, "Be")]


async def test_an_end_keeps_the_whole_thinking(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answer.id, "Let", is_reasoning=True)])
    ended = a.ended("Four").model_copy(update={"reasoning": "Let me \ud83d\ude00"})
    await history.record([AnswerEnd(ended)])

    found = await history.message(a.answer.id)

    assert (found.reasoning, found.content) == ("Let me \U0001f600", "Four")


async def test_thinking_of_a_server_that_died_is_found(history, story, opened) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answer.id, "Let me", is_reasoning=True)])
    await history.aclose()

    found = await (await opened()).message(a.answer.id)

    assert (found.reasoning, found.content, found.status) == ("Let me", "", "interrupted")


def test_messages_from_before_have_no_thinking(tmp_path) -> None:
    with closing(connect(tmp_path / "old.db")) as old:
        migrate(old, [each for each in shipped() if each.version < 4])
        old.execute("INSERT INTO chunks (message, text) VALUES (1, 'x')")
        migrate(old, shipped())
        assert old.execute("SELECT is_reasoning FROM chunks").fetchone()[0] == 0
        old.execute("SELECT reasoning FROM messages")

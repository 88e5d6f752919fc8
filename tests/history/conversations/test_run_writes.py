"""What a run's start and its records change, and what they leave as it was."""

from __future__ import annotations

from antiphon.engine.ports import AnswerEnd, RunStart, TextChunk
from antiphon.history.conversations import run_writes
from antiphon.model.conversation.session import Params
from antiphon.model.values.ids import new_id
from support.history.stored import change, rows


async def test_a_follow_up_stores_what_it_changes_of_a_pane(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("x"))])
    changed = a.panes[0].model_copy(
        update={
            "model": "demo/other",
            "title": "other",
            "uri": f"{a.panes[0].uri}-other",
            "params": Params(temperature=0.5),
        }
    )

    await history.begin_run(
        RunStart(new_id(), a.session.model_copy(update={"panes": [changed]}), [])
    )

    assert await history.pane(changed.id) == changed


async def test_many_answers_that_end_together_all_end(history, story, monkeypatch) -> None:
    monkeypatch.setattr(run_writes, "_MARKS_AT_ONCE", 2)
    a = story(pane_count=5)
    await history.begin_run(a.start)
    await history.record([TextChunk(answer.id, "x") for answer in a.answers])

    await history.record([AnswerEnd(a.ended("x", number)) for number in range(5)])

    assert await rows(history, "SELECT count(*) FROM chunks") == [(0,)]
    assert await rows(history, "SELECT status FROM runs") == [("ended",)]


async def test_an_answer_that_ends_twice_leaves_the_time_at_which_its_run_ended(
    history, story
) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("first"))])
    await change(history, "UPDATE runs SET ended_at = 'then'")

    await history.record([AnswerEnd(a.ended("last"))])

    assert await rows(history, "SELECT status, ended_at FROM runs") == [("ended", "then")]


async def test_tags_keep_the_order_in_which_they_were_given(history, story) -> None:
    a = story(tags=["b", "c", "a"])

    await history.begin_run(a.start)

    assert (await history.session(a.session_id)).tags == ["b", "c", "a"]

"""Messages that no run brought: where they may go, and where they are found again."""

from __future__ import annotations

import pytest

from antiphon.engine.ports import AnswerEnd, RunStart
from antiphon.model.conversation.message import Provenance
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now


async def test_a_pane_that_is_answering_gains_no_message(history, opened, story) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("done", 1))])
    running, idle = (a.message(pane, run_id=None, content="Look.") for pane in a.panes)

    for server in (history, await opened()):
        with pytest.raises(AntiphonError) as caught:
            await server.add_messages(a.session, [idle, running])
        assert caught.value.failure.kind == "conflict"

    assert len(await history.messages(session_id=a.session_id)) == 4
    await history.add_messages(a.session, [idle])
    assert (await history.messages(pane_id=a.panes[1].id))[-1].content == "Look."


async def test_what_was_made_of_a_message_is_found_unless_another_took_its_place(
    history, story
) -> None:
    a = story(pane_count=2)
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("one")), AnswerEnd(a.ended("two", 1))])
    origin = Provenance(
        session_id=a.session_id,
        pane_id=a.panes[0].id,
        message_id=a.answer.id,
        model="demo/model-0",
        via="sendTo",
        transferred_at=now(),
    )
    made = [
        a.message(a.panes[1], run_id=None, content=text, provenance=origin) for text in ("b", "a")
    ]
    await history.add_messages(a.session, made)
    found, panes = await history.references(a.answer.id)
    assert ([message.id for message in found], panes) == ([message.id for message in made], [])

    await history.begin_run(RunStart(new_id(), a.session, [], [made[0].id]))

    found, _ = await history.references(a.answer.id)
    assert [message.id for message in found] == [made[1].id]

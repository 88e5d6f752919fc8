"""A history in memory is searched like a file."""

from __future__ import annotations

from antiphon.engine.ports import AnswerEnd
from antiphon.model.commands.search import SearchParams


async def test_the_history_in_memory_is_searched_too(opened, story) -> None:
    history = await opened(":memory:")
    a = story()
    await history.begin_run(a.start)
    await history.record([AnswerEnd(a.ended("needle"))])

    found = await history.library.search(SearchParams(query="needle"))

    assert [hit.message_id for hit in found.hits] == [a.answer.id]

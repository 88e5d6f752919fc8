"""The newest that match are found window by window, each of them once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.ports import AnswerEnd
from antiphon.history.postgresql.search import search as searching
from antiphon.history.postgresql.search.search import next_window
from antiphon.model.commands.search import SearchParams


@given(st.integers(0, 2**40), st.lists(st.integers(0, 400), max_size=8))
def test_windows_follow_each_other_down_to_the_first_number(
    newest: int, matches: list[int]
) -> None:
    wanted = searching.NEWEST + 1
    upto, found = newest, 0
    while upto >= 0 and found < wanted:
        window = next_window(newest, upto, found, wanted - found)
        assert 0 <= window.first <= upto
        if window.uses_index and window.first:
            level = window.mark % 4
            bits = (12, 16, 20, 24)[level]
            assert {window.first >> bits, upto >> bits} == {window.mark // 4}
        found += matches.pop() if matches else 0
        upto = window.first - 1


def test_a_rare_word_takes_few_windows_however_many_messages_there_are() -> None:
    newest = upto = 10**9
    count = 0
    while upto >= 0:
        upto = next_window(newest, upto, 0, searching.NEWEST).first - 1
        count += 1
    assert count <= 6


@pytest.fixture
def backend() -> str:
    return "postgresql"


async def test_messages_in_every_window_are_found_newest_first(
    history, story, monkeypatch, postgresql_cluster, location
) -> None:
    monkeypatch.setattr(searching, "FIRST", 2)
    numbers = [1, 4_094, 4_097, 65_530, 70_000, 1_048_570, 1_048_600, 20_000_000, 40_000_000]
    stories = []
    for number in numbers:
        restart = f"ALTER TABLE messages ALTER COLUMN number RESTART WITH {number}"
        postgresql_cluster.execute(restart, location.split("/")[3].split("?")[0])
        a = story()
        await history.begin_run(a.start)
        await history.record([AnswerEnd(a.ended("pin needle"))])
        stories.append(a)
    newest_first = [a.answer.id for a in reversed(stories)]

    async def ids(query: str, **filters) -> list[str]:
        found = await history.library.search(SearchParams(query=query, **filters))
        return [hit.message_id for hit in found.hits]

    assert await ids("needle") == newest_first
    assert await ids("needle", roles=["assistant"]) == newest_first
    assert await ids("needle", session_id=stories[3].session_id) == [stories[3].answer.id]
    assert await ids("nothing") == []
    monkeypatch.setattr(searching, "NEWEST", 4)
    assert await ids("need*") == newest_first[:4]
    monkeypatch.setattr(searching, "NEWEST_WITH_PHRASE", 2)
    assert await ids('"pin needle"') == newest_first[:2]

"""A hit opens its document at its line, whatever stands in front of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from desk import answered

from antiphon.engine.sessions.search import Searcher
from antiphon.model.commands.search import SearchHit, SearchParams

if TYPE_CHECKING:
    from desk import Desk, Person


@pytest.fixture
def searcher(desk: Desk) -> Searcher:
    return Searcher(desk.history.library)


async def find(searcher: Searcher, query: str, **filters) -> list[SearchHit]:
    return (await searcher.search(SearchParams(query=query, **filters))).hits


async def line_of(desk: Desk, hit: SearchHit) -> str:
    return (await desk.documents.text(hit.uri)).splitlines()[hit.line]


async def test_every_hit_points_at_the_line_where_it_stands(
    desk: Desk, person: Person, searcher: Searcher
) -> None:
    answer = "One\r\ntwo\n```py\ncode = 'needle'"
    run = await answered(desk, person, answer, "no", prompt="A\n\nneedle?", system="Thread it.")
    task = asyncio.ensure_future(desk.broadcast(person, "And?", paneIds=[run.panes[0].id]))
    stream = await desk.providers.opened("m0", 2)
    stream.text("First.\nThe last needle.")
    stream.finish()
    await task

    hits = await find(searcher, "needle")

    assert sorted([await line_of(desk, hit) for hit in hits]) == [
        "The last needle.", "code = 'needle'", "needle?", "needle?",
    ]  # fmt: skip
    [system] = await find(searcher, "thread", models=["script/m1"])
    assert await line_of(desk, system) == "Thread it."
    assert (system.title, system.pane_title, system.role) == ("A", "m1", "system")


@pytest.mark.parametrize("ending", ["", "\r", "\n", "\r\n", "\n\n", "\n```\nopen"])
async def test_lines_are_counted_right_whatever_answers_end_with(
    desk: Desk, person: Person, searcher: Searcher, ending: str
) -> None:
    run = await answered(desk, person, f"one\rtwo{ending}", prompt=f"Why?{ending}")
    task = asyncio.ensure_future(desk.broadcast(person, "needle", paneIds=[run.panes[0].id]))
    (await desk.providers.opened("m0", 2)).finish()
    await task

    [hit] = await find(searcher, "needle")

    assert await line_of(desk, hit) == "needle"


async def test_a_name_of_context_is_found_where_the_document_says_it(
    desk: Desk, person: Person, searcher: Searcher
) -> None:
    person.context.texts["src/ocean.py"] = "x"
    await answered(desk, person, "yes", context=[{"uri": "src/ocean.py"}])

    [hit] = await find(searcher, "ocean")

    assert await line_of(desk, hit) == "> With src/ocean.py"
    assert hit.snippet[slice(*hit.highlights[0])] == "ocean"


async def test_an_answer_that_was_regenerated_is_found_in_its_own_document(
    desk: Desk, person: Person, searcher: Searcher
) -> None:
    run = await answered(desk, person, "lost\nneedle")
    task = asyncio.ensure_future(desk.regenerate(person, messageId=run.results[0].message_id))
    (await desk.providers.opened("m0", 2)).finish()
    await task

    [hit] = await find(searcher, "needle")

    assert hit.superseded
    assert hit.uri.startswith("antiphon:/message/")
    assert await line_of(desk, hit) == "needle"


async def test_a_pane_that_answers_is_searched_as_far_as_it_was_said(
    desk: Desk, person: Person, searcher: Searcher
) -> None:
    task = asyncio.ensure_future(desk.broadcast(person, "needle?", models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("a needle")
    await desk.settled()

    [hit] = await find(searcher, "needle")
    assert (hit.role, await line_of(desk, hit)) == ("user", "needle?")

    stream.finish()
    await task
    assert len(await find(searcher, "needle")) == 2

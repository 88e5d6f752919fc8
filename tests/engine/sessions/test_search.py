"""A hit opens its document at its line, whatever stands in front of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.sessions.search import Searcher
from antiphon.model.commands.search import SearchHit, SearchParams
from support.engine.harness import answered

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness, FakeCaller


@pytest.fixture
def searcher(harness: EngineHarness) -> Searcher:
    return Searcher(harness.history.library)


async def find(searcher: Searcher, query: str, **filters) -> list[SearchHit]:
    return (await searcher.search(SearchParams(query=query, **filters))).hits


async def line_of(harness: EngineHarness, hit: SearchHit) -> str:
    return (await harness.documents.text(hit.uri)).splitlines()[hit.line]


async def test_every_hit_points_at_the_line_where_it_stands(
    harness: EngineHarness, caller: FakeCaller, searcher: Searcher
) -> None:
    answer = "One\r\ntwo\n```py\ncode = 'needle'"
    run = await answered(harness, caller, answer, "no", prompt="A\n\nneedle?", system="Thread it.")
    task = asyncio.ensure_future(harness.broadcast(caller, "And?", paneIds=[run.panes[0].id]))
    stream = await harness.providers.opened("m0", 2)
    stream.text("First.\nThe last needle.")
    stream.finish()
    await task

    hits = await find(searcher, "needle")

    assert sorted([await line_of(harness, hit) for hit in hits]) == [
        "The last needle.", "code = 'needle'", "needle?", "needle?",
    ]  # fmt: skip
    [system] = await find(searcher, "thread", models=["script/m1"])
    assert await line_of(harness, system) == "Thread it."
    assert (system.title, system.pane_title, system.role) == ("A", "m1", "system")


@pytest.mark.parametrize("ending", ["", "\r", "\n", "\r\n", "\n\n", "\n```\nopen"])
async def test_lines_are_counted_right_whatever_answers_end_with(
    harness: EngineHarness, caller: FakeCaller, searcher: Searcher, ending: str
) -> None:
    run = await answered(harness, caller, f"one\rtwo{ending}", prompt=f"Why?{ending}")
    task = asyncio.ensure_future(harness.broadcast(caller, "needle", paneIds=[run.panes[0].id]))
    (await harness.providers.opened("m0", 2)).finish()
    await task

    [hit] = await find(searcher, "needle")

    assert await line_of(harness, hit) == "needle"


async def test_a_name_of_context_is_found_where_the_document_says_it(
    harness: EngineHarness, caller: FakeCaller, searcher: Searcher
) -> None:
    caller.context.texts["src/ocean.py"] = "x"
    await answered(harness, caller, "yes", context=[{"uri": "src/ocean.py"}])

    [hit] = await find(searcher, "ocean")

    assert await line_of(harness, hit) == "> With src/ocean.py"
    assert hit.snippet[slice(*hit.highlights[0])] == "ocean"


async def test_an_answer_that_was_regenerated_is_found_in_its_own_document(
    harness: EngineHarness, caller: FakeCaller, searcher: Searcher
) -> None:
    run = await answered(harness, caller, "lost\nneedle")
    task = asyncio.ensure_future(harness.regenerate(caller, messageId=run.results[0].message_id))
    (await harness.providers.opened("m0", 2)).finish()
    await task

    [hit] = await find(searcher, "needle")

    assert hit.superseded
    assert hit.uri.startswith("antiphon:/message/")
    assert await line_of(harness, hit) == "needle"


async def test_a_pane_that_answers_is_searched_as_far_as_it_was_said(
    harness: EngineHarness, caller: FakeCaller, searcher: Searcher
) -> None:
    task = asyncio.ensure_future(harness.broadcast(caller, "needle?", models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("a needle")
    await harness.settled()

    [hit] = await find(searcher, "needle")
    assert (hit.role, await line_of(harness, hit)) == ("user", "needle?")

    stream.finish()
    await task
    assert len(await find(searcher, "needle")) == 2

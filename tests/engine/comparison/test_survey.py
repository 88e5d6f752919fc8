"""What the answers of several panes share, and where each says it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from desk import Desk, Person, answered, open_desk

from antiphon.engine.comparison.survey import ConsensusReporter
from antiphon.model.commands.comparison import ConsensusParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.positions import offset_at

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
async def desk(tmp_path: Path):
    desk = await open_desk(tmp_path / "history.db")
    yield desk
    await desk.history.aclose()


async def survey(desk: Desk, *pane_ids: str, **more):
    params = ConsensusParams.model_validate({"paneIds": list(pane_ids), **more})
    return await ConsensusReporter(desk.history, desk.documents).consensus(params)


ANSWERS = (
    "😀 Use an index. Name the columns.",
    "- Use an index.\n- It is small.",
    "Use an index! Name all the columns.",
)


async def test_verdicts_say_how_many_answers_make_a_statement(desk: Desk):
    panes = (await answered(desk, Person(), *ANSWERS)).panes
    result = await survey(desk, *(pane.id for pane in panes))
    assert [(statement.text, statement.verdict) for statement in result.statements] == [
        ("😀 Use an index.", "all"),
        ("Name the columns.", "some"),
        ("It is small.", "one"),
    ]
    assert result.compared == 3
    assert 0 < result.agreement < 1


async def test_every_support_stands_in_its_pane_document_where_it_says(desk: Desk):
    panes = {pane.id: pane for pane in (await answered(desk, Person(), *ANSWERS)).panes}
    result = await survey(desk, *panes)
    for statement in result.statements:
        for support in statement.support:
            text = await desk.documents.text(panes[support.pane_id].uri)
            start, end = support.range.start, support.range.end
            assert text[offset_at(text, start) : offset_at(text, end)] == support.text


async def test_the_overview_is_a_document(desk: Desk):
    panes = (await answered(desk, Person(), *ANSWERS)).panes
    result = await survey(desk, *(pane.id for pane in panes))
    text = await desk.documents.text(result.uri)
    assert text.startswith("# What 3 answers say\n\nm0, m1, m2: ")
    assert "## All 3 say\n\n- 😀 Use an index.\n" in text
    assert "## Some say\n\n- Name the columns. (m0, m2)\n" in text
    assert "## m1 alone says\n\n- It is small.\n" in text


async def test_an_answer_without_text_is_left_out(desk: Desk):
    person = Person()
    models = ["script/a", "script/b", "script/c"]
    task = asyncio.create_task(desk.broadcast(person, models=models))
    (await desk.providers.opened("a")).fail("bad_request")
    for name in ("b", "c"):
        stream = await desk.providers.opened(name)
        stream.text("Use an index.")
        stream.finish()
    panes = (await task).panes
    result = await survey(desk, *(pane.id for pane in panes))
    assert result.compared == 2
    assert result.statements[0].verdict == "all"


async def test_an_earlier_answer_can_be_named(desk: Desk):
    result = await answered(desk, Person(), "Use an index.", "Drop it.")
    one, two = result.panes
    task = asyncio.create_task(
        desk.broadcast(Person(), sessionId=result.session_id, paneIds=[one.id])
    )
    stream = await desk.providers.opened("m0", 2)
    stream.text("Something else.")
    stream.finish()
    await task
    first = result.results[0].message_id
    found = await survey(desk, one.id, two.id, messageIds=[first])
    assert found.statements[0].text == "Use an index."


async def test_one_pane_is_too_few_and_a_pane_counts_once(desk: Desk):
    panes = (await answered(desk, Person(), "Use an index.", "Drop it.")).panes
    for pane_ids, message in (
        ([panes[0].id], "1 of these panes has an answer with text; two are needed."),
        ([], "None of these panes has an answer with text; two are needed."),
        ([panes[0].id, panes[0].id], "A pane is named twice."),
    ):
        with pytest.raises(AntiphonError) as caught:
            await survey(desk, *pane_ids)
        assert caught.value.failure.message == message


async def test_a_message_of_another_pane_is_refused(desk: Desk):
    result = await answered(desk, Person(), "One.", "Two.", "Three.")
    ids = [pane.id for pane in result.panes]
    with pytest.raises(AntiphonError) as caught:
        await survey(desk, *ids[:2], messageIds=[result.results[2].message_id])
    assert caught.value.field == "$.messageIds[0]"

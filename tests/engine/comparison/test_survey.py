"""What the answers of several panes share, and where each says it."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.engine.comparison.survey import ConsensusReporter
from antiphon.model.commands.comparison import ConsensusParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.positions import offset_at
from support.engine.harness import EngineHarness, FakeCaller, answered


async def survey(harness: EngineHarness, *pane_ids: str, **more):
    params = ConsensusParams.model_validate({"paneIds": list(pane_ids), **more})
    return await ConsensusReporter(harness.history, harness.shown).consensus(params)


ANSWERS = (
    "😀 Use an index. Name the columns.",
    "- Use an index.\n- It is small.",
    "Use an index! Name all the columns.",
)


async def test_verdicts_say_how_many_answers_make_a_statement(harness: EngineHarness):
    panes = (await answered(harness, FakeCaller(), *ANSWERS)).panes
    result = await survey(harness, *(pane.id for pane in panes))
    assert [(statement.text, statement.verdict) for statement in result.statements] == [
        ("😀 Use an index.", "all"),
        ("Name the columns.", "some"),
        ("It is small.", "one"),
    ]
    assert result.compared == 3
    assert 0 < result.agreement < 1


async def test_every_support_stands_in_its_pane_document_where_it_says(harness: EngineHarness):
    panes = {pane.id: pane for pane in (await answered(harness, FakeCaller(), *ANSWERS)).panes}
    result = await survey(harness, *panes)
    for statement in result.statements:
        for support in statement.support:
            text = await harness.documents.text(panes[support.pane_id].uri)
            start, end = support.range.start, support.range.end
            assert text[offset_at(text, start) : offset_at(text, end)] == support.text


async def test_the_overview_is_a_document(harness: EngineHarness):
    panes = (await answered(harness, FakeCaller(), *ANSWERS)).panes
    result = await survey(harness, *(pane.id for pane in panes))
    text = await harness.documents.text(result.uri)
    assert text.startswith("# What 3 answers say\n\nm0, m1, m2: ")
    assert "## All 3 say\n\n- 😀 Use an index.\n" in text
    assert "## Some say\n\n- Name the columns. (m0, m2)\n" in text
    assert "## m1 alone says\n\n- It is small.\n" in text


async def test_an_answer_without_text_is_left_out(harness: EngineHarness):
    caller = FakeCaller()
    models = ["script/a", "script/b", "script/c"]
    task = asyncio.create_task(harness.broadcast(caller, models=models))
    (await harness.providers.opened("a")).fail("bad_request")
    for name in ("b", "c"):
        stream = await harness.providers.opened(name)
        stream.text("Use an index.")
        stream.finish()
    panes = (await task).panes
    result = await survey(harness, *(pane.id for pane in panes))
    assert result.compared == 2
    assert result.statements[0].verdict == "all"


async def test_an_earlier_answer_can_be_named(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Use an index.", "Drop it.")
    one, two = result.panes
    task = asyncio.create_task(
        harness.broadcast(FakeCaller(), sessionId=result.session_id, paneIds=[one.id])
    )
    stream = await harness.providers.opened("m0", 2)
    stream.text("Something else.")
    stream.finish()
    await task
    first = result.results[0].message_id
    found = await survey(harness, one.id, two.id, messageIds=[first])
    assert found.statements[0].text == "Use an index."


async def test_one_pane_is_too_few_and_a_pane_counts_once(harness: EngineHarness):
    panes = (await answered(harness, FakeCaller(), "Use an index.", "Drop it.")).panes
    for pane_ids, message in (
        ([panes[0].id], "1 of these panes has an answer with text; two are needed."),
        ([], "None of these panes has an answer with text; two are needed."),
        ([panes[0].id, panes[0].id], "This pane is named twice."),
    ):
        with pytest.raises(AntiphonError) as caught:
            await survey(harness, *pane_ids)
        assert caught.value.failure.message == message


async def test_a_message_of_another_pane_is_refused(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "One.", "Two.", "Three.")
    ids = [pane.id for pane in result.panes]
    with pytest.raises(AntiphonError) as caught:
        await survey(harness, *ids[:2], messageIds=[result.results[2].message_id])
    assert caught.value.field == "$.messageIds[0]"

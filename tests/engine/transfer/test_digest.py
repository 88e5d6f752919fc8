"""Summaries and merges of several panes' answers."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.engine.transfer.digest import DigestService
from antiphon.engine.transfer.send import Transfers
from antiphon.model.commands.transfer import (
    DigestEstimateParams,
    MergeParams,
    SendToParams,
    SummarizeParams,
)
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.engine.harness import EngineHarness, FakeCaller, answered


def digests(harness: EngineHarness) -> DigestService:
    return DigestService(harness.history, harness.providers, harness.shown, harness.service)


async def summarized(
    harness: EngineHarness, model: str, *pane_ids: str, texts=("In short.",), **more
):
    params = {"paneIds": list(pane_ids), "format": "bullets", "model": f"script/{model}", **more}
    task = asyncio.create_task(
        digests(harness).summarize(SummarizeParams.model_validate(params), FakeCaller())
    )
    requests = []
    for count, text in enumerate(texts, 1):
        stream = await harness.providers.opened(model, count)
        stream.text(text)
        stream.finish()
        requests.append(stream.request)
    return await task, requests


async def test_a_summary_streams_into_a_new_pane_that_knows_its_sources(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Two.", "Three.", prompt="How many?")
    made, requests = await summarized(harness, "s", *(pane.id for pane in result.panes))
    (pane,) = made.panes
    assert (pane.type, pane.title, pane.model) == ("summary", "summary", "script/s")
    assert [source.message_id for source in pane.sources] == [
        each.message_id for each in result.results
    ]
    assert (made.coverage.used, made.coverage.of) == (2, 2)
    (turn,) = requests[0].turns
    assert "Context: the question\n\n```\nHow many?\n```" in turn.content
    assert "Context: answer 1, by m0\n\n```\nTwo.\n```" in turn.content
    assert "Sum up the 2 answers above" in turn.content
    text = await harness.documents.text(pane.uri)
    assert "> With the question, answer 1, by m0, answer 2, by m1" in text
    assert text.endswith("## s\n\nIn short.\n")
    assert (await harness.history.pane(pane.id)).sources == pane.sources


async def test_all_of_a_session_are_its_answers_and_no_digest_of_them(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Two.", "Three.", prompt="How many?")
    await summarized(harness, "s", *(pane.id for pane in result.panes))
    made, requests = await summarized(harness, "t", sessionId=result.session_id)
    assert [each.pane_id for each in made.panes[0].sources] == [each.id for each in result.panes]
    assert "In short." not in requests[0].turns[0].content


async def test_a_digest_that_is_named_is_an_answer_to_the_question_of_its_sources(
    harness: EngineHarness,
):
    result = await answered(harness, FakeCaller(), "Two.", "Three.", prompt="How many?")
    ids = [pane.id for pane in result.panes]
    summary = (await summarized(harness, "s", *ids))[0].panes[0]
    _, requests = await summarized(harness, "t", ids[0], summary.id)
    content = requests[0].turns[0].content
    assert content.count("Context: the question\n\n```\nHow many?\n```") == 1
    assert "question 2" not in content
    assert content.count("Sum up the 2 answers above") == 1


async def test_several_questions_are_numbered(harness: EngineHarness):
    first = await answered(harness, FakeCaller(), "Two.", prompt="How many?")
    task = asyncio.create_task(
        harness.broadcast(
            FakeCaller(), "How old?", models=["script/late"], sessionId=first.session_id
        )
    )
    stream = await harness.providers.opened("late")
    stream.text("Ten.")
    stream.finish()
    late = (await task).panes[-1]
    _, requests = await summarized(harness, "s", first.panes[0].id, late.id)
    content = requests[0].turns[0].content
    assert "Context: question 1\n\n```\nHow many?\n```" in content
    assert "Context: question 2\n\n```\nHow old?\n```" in content


async def test_who_would_write_is_known_before_anything_is_sent(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Two.", "Three.", prompt="How many?")
    params = DigestEstimateParams(type="merge", session_id=result.session_id, model="script/m")
    found = await digests(harness).estimate(params)
    assert [pane.model for pane in found.panes] == ["script/m"]
    assert found.panes[0].input_tokens > 0
    assert (found.coverage.used, found.coverage.of) == (2, 2)
    session = await harness.history.session(result.session_id)
    assert len(session.panes) == 2


async def test_the_new_pane_goes_on_like_any_other(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Two.", "Three.")
    made, _ = await summarized(harness, "s", *(pane.id for pane in result.panes))
    task = asyncio.create_task(
        harness.broadcast(FakeCaller(), "Shorter!", paneIds=[made.panes[0].id])
    )
    stream = await harness.providers.opened("s", 2)
    stream.text("Ok.")
    stream.finish()
    await task
    assert "answer 1, by m0" in stream.request.turns[0].content
    assert [turn.role for turn in stream.request.turns] == ["user", "assistant", "user"]


async def test_one_summary_of_each_where_they_are_not_combined(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Two.", "Three.")
    made, requests = await summarized(
        harness, "s", *(pane.id for pane in result.panes), texts=("A.", "B."), combine=False
    )
    assert [pane.title for pane in made.panes] == ["summary-m0", "summary-m1"]
    assert [len(pane.sources) for pane in made.panes] == [1, 1]
    assert all("Sum up the answer above" in request.turns[0].content for request in requests)


async def test_a_merge_is_a_pane_of_its_own_type(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Two.", "Three.")
    params = MergeParams.model_validate(
        {"paneIds": [pane.id for pane in result.panes], "instructions": "In German."}
    )
    task = asyncio.create_task(digests(harness).merge(params, FakeCaller()))
    stream = await harness.providers.opened("default")  # the first of models.default
    stream.text("Zwei oder drei.")
    stream.finish()
    made = await task
    assert made.panes[0].type == "merge"
    assert "In German." in stream.request.turns[0].content


async def test_sources_that_failed_are_named_and_left_out(harness: EngineHarness):
    task = asyncio.create_task(harness.broadcast(FakeCaller(), models=["script/a", "script/b"]))
    (await harness.providers.opened("a")).fail("bad_request")
    stream = await harness.providers.opened("b")
    stream.text("Two.")
    stream.finish()
    panes = (await task).panes
    made, requests = await summarized(harness, "s", *(pane.id for pane in panes))
    assert (made.coverage.used, made.coverage.of) == (1, 2)
    assert made.coverage.left_out[0].reason == "its answer is failed"
    assert "(Used 1 of 2 answers. Left out: a: its answer is failed.)" in (
        requests[0].turns[0].content
    )


async def test_bad_requests_say_what_is_wrong_and_change_nothing(harness: EngineHarness):
    failed = asyncio.create_task(harness.broadcast(FakeCaller(), models=["script/bad"]))
    (await harness.providers.opened("bad")).fail("bad_request")
    bad = (await failed).panes[0]
    good = (await answered(harness, FakeCaller(), "Two.")).panes[0]
    before = await harness.history.sessions(limit=10)
    for pane_ids, model, kind, message in (
        ([], "script/s", "invalid_params", "No pane is named."),
        ([bad.id], "script/s", "invalid_params", "There is no text in these panes"),
        ([good.id, good.id], "script/s", "invalid_params", "This pane is named twice."),
        ([new_id()], "script/s", "not_found", "There is no pane "),
        ([good.id], "nobody/s", "model_not_found", "No provider is configured"),
    ):
        params = {"paneIds": pane_ids, "format": "technical", "model": model}
        with pytest.raises(AntiphonError) as caught:
            await digests(harness).summarize(SummarizeParams.model_validate(params), FakeCaller())
        assert caught.value.failure.kind == kind
        assert caught.value.failure.message.startswith(message)
    assert await harness.history.sessions(limit=10) == before


async def test_a_pane_that_is_answering_is_waited_for_by_the_person(harness: EngineHarness):
    task = asyncio.create_task(harness.broadcast(FakeCaller(), models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("Tw")
    await harness.settled()
    pane_id = next(iter(harness.runs._panes))
    params = {"paneIds": [pane_id], "format": "executive", "model": "script/s"}
    with pytest.raises(AntiphonError) as caught:
        await digests(harness).summarize(SummarizeParams.model_validate(params), FakeCaller())
    assert caught.value.failure.kind == "conflict"
    stream.finish()
    await task


async def test_the_history_knows_which_summaries_a_message_is_in(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Two.", "Three.")
    made, _ = await summarized(harness, "s", *(pane.id for pane in result.panes))
    messages, panes = await harness.history.references(result.results[0].message_id)
    assert messages == []
    assert [pane.id for pane in panes] == [made.panes[0].id]


async def test_a_passage_that_was_sent_into_a_pane_is_not_its_question(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Two.", "Three.", prompt="How many?")
    one = result.panes[0]
    transfers = Transfers(harness.history, harness.shown, harness.service, changed=lambda *_: None)
    source = {"messageIds": [result.results[1].message_id]}
    params = {"from": source, "to": {"paneIds": [one.id]}, "mode": "context"}
    await transfers.send(SendToParams.model_validate(params), FakeCaller())

    _, requests = await summarized(harness, "s", one.id)

    content = requests[0].turns[0].content
    assert "Context: the question\n\n```\nHow many?\n```" in content
    assert "Context: answer 1, by m0\n\n```\nTwo.\n```" in content
    assert "Three." not in content


@pytest.mark.parametrize(
    "longer", [{"params": {"system": "s" * 8_000}}, {"instructions": "i" * 8_000}]
)
async def test_what_else_a_digest_sends_leaves_less_room_for_the_answers(
    harness: EngineHarness, longer: dict
):
    result = await answered(harness, FakeCaller(), "a" * 40_000, prompt="How many?")
    harness.providers.windows["script/s"] = harness.providers.windows["script/t"] = 8_000
    alone, beside = [
        (await summarized(harness, model, result.panes[0].id, **more))[0].coverage.cut[0].reason
        for model, more in (("s", {}), ("t", longer))
    ]
    kept = [int(each.split()[3].replace(",", "")) for each in (alone, beside)]
    assert 7_000 < kept[0] - kept[1] < 9_000

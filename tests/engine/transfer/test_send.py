"""Sending what was said in one pane into others."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.engine.run.settings import BroadcastLimits
from antiphon.engine.transfer.send import Transfers
from antiphon.model.commands.transfer import SendToParams
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from antiphon.model.values.positions import LineStarts
from support.engine.harness import EngineHarness, FakeCaller, answered


async def send(harness: EngineHarness, source: dict, to: dict, mode: str = "context", **more):
    params = SendToParams.model_validate({"from": source, "to": to, "mode": mode, **more})
    transfers = Transfers(
        harness.history,
        harness.shown,
        harness.service,
        changed=lambda *changes: harness.changes.extend(changes),
    )
    return await transfers.send(params, more.get("caller") or FakeCaller())


async def sent_and_answered(
    harness: EngineHarness, model: str, count: int, source: dict, to: dict, **more
):
    task = asyncio.create_task(send(harness, source, to, "ask", **more))
    stream = await harness.providers.opened(model, count)
    stream.text("Aye.")
    stream.finish()
    return await task, stream.request


def selection(text: str, part: str) -> dict:
    lines = LineStarts(text)
    start = text.index(part)
    ends = (lines.at(start), lines.at(start + len(part)))
    start, end = ({"line": line, "character": character} for line, character in ends)
    return {"start": start, "end": end}


async def stored(harness: EngineHarness) -> tuple[object, ...]:
    sessions, _ = await harness.history.sessions(limit=10)
    return sessions, [await harness.history.messages(session_id=each.id) for each in sessions]


async def refused(harness: EngineHarness, *args, **more):
    before = await stored(harness)
    with pytest.raises(AntiphonError) as caught:
        await send(harness, *args, **more)
    assert await stored(harness) == before
    return caught.value


async def test_an_answer_becomes_context_in_another_pane(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "It is 2.", "It is 3.")
    one, two = result.panes
    sent = await send(
        harness, {"messageIds": [result.results[0].message_id]}, {"paneIds": [two.id]}
    )
    text = await harness.documents.text(two.uri)
    assert "## You\n\nIt is 2.\n\n> From m0, " in text
    origin = sent.messages[0].provenance
    assert origin is not None
    assert (origin.pane_id, origin.model, origin.via) == (one.id, "script/m0", "sendTo")
    assert sent.results is None
    assert ("pane", two.id) in harness.changes


async def test_what_was_sent_as_context_goes_to_the_model_named_and_fenced(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "It is ```2```.", "It is 3.")
    source = {"messageIds": [result.results[0].message_id]}
    await send(harness, source, {"paneIds": [result.panes[1].id]})
    task = asyncio.create_task(
        harness.broadcast(FakeCaller(), "Who is right?", paneIds=[result.panes[1].id])
    )
    stream = await harness.providers.opened("m1", 2)
    stream.finish()
    await task
    assert stream.request.turns[-1].content == (
        "From m0:\n\n````\nIt is ```2```.\n````\n\nWho is right?"
    )


async def test_asking_with_a_prompt_sends_the_passage_and_the_question(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "It is 2.", "It is 3.")
    source = {"messageIds": [result.results[0].message_id]}
    to = {"paneIds": [result.panes[1].id]}
    sent, request = await sent_and_answered(harness, "m1", 2, source, to, prompt="Agreed?")
    assert request.turns[-1].content == "From m0:\n\n```\nIt is 2.\n```\n\nAgreed?"
    assert sent.status == "complete"
    assert sent.results is not None
    assert (await harness.documents.text(result.panes[1].uri)).endswith("## m1\n\nAye.\n")


async def test_asking_without_a_prompt_makes_the_passage_the_question(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "What is 1 + 1?", "It is 3.")
    source = {"messageIds": [result.results[0].message_id]}
    _, request = await sent_and_answered(
        harness, "m1", 2, source, {"paneIds": [result.panes[1].id]}
    )
    assert request.turns[-1].content == "What is 1 + 1?"


async def test_a_selection_is_sent_with_its_place(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "Zero 😀. One two three. Four.", "Else.")
    text = await harness.documents.text(result.panes[0].uri)
    source = {"uri": result.panes[0].uri, "range": selection(text, "One two three.")}
    sent = await send(harness, source, {"paneIds": [result.panes[1].id]})
    (message,) = sent.messages
    origin = message.provenance
    assert origin is not None
    assert origin.range is not None
    original = await harness.history.message(origin.message_id)
    assert original.content[origin.range.start : origin.range.end] == message.content
    assert message.content == "One two three."
    assert "> A passage from m0, " in await harness.documents.text(result.panes[1].uri)


async def test_a_selection_over_several_messages_sends_a_part_of_each_in_order(
    harness: EngineHarness,
):
    result = await answered(harness, FakeCaller(), "The answer.", "Else.", prompt="The question?")
    text = await harness.documents.text(result.panes[0].uri)
    source = {"uri": result.panes[0].uri, "range": selection(text, text[10:-5])}
    sent = await send(harness, source, {"paneIds": [result.panes[1].id]}, role="preserve")
    assert [message.role for message in sent.messages] == ["user", "assistant"]
    assert all(message.content in text for message in sent.messages)


async def test_several_messages_keep_their_order_and_who_said_them(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "It is 2.", "Else.", prompt="What is 1 + 1?")
    messages = await harness.history.messages(pane_id=result.panes[0].id)
    source = {"messageIds": [message.id for message in messages]}
    to = {"models": ["script/new"]}
    _, request = await sent_and_answered(
        harness, "new", 1, source, to, role="preserve", prompt="And 2 + 2?"
    )
    assert [(turn.role, turn.content) for turn in request.turns] == [
        ("user", "What is 1 + 1?"),
        ("assistant", "It is 2."),
        ("user", "And 2 + 2?"),
    ]


async def test_a_conversation_that_begins_with_an_answer_begins_with_the_person_all_the_same(
    harness: EngineHarness,
):
    result = await answered(harness, FakeCaller(), "It is 2.", "Else.")
    source = {"messageIds": [result.results[0].message_id]}
    _, request = await sent_and_answered(
        harness, "new", 1, source, {"models": ["script/new"]}, role="preserve", prompt="Why?"
    )
    assert [turn.role for turn in request.turns] == ["user"]
    assert "From m0:" in request.turns[0].content


async def test_a_chain_of_transfers_keeps_every_step(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "First.", "Second.", "Third.")
    panes = result.panes
    step = {"messageIds": [result.results[0].message_id]}
    once = await send(harness, step, {"paneIds": [panes[1].id]})
    twice = await send(harness, {"messageIds": [once.messages[0].id]}, {"paneIds": [panes[2].id]})
    origin = twice.messages[0].provenance
    assert origin is not None
    assert origin.message_id == once.messages[0].id
    before = (await harness.history.message(origin.message_id)).provenance
    assert before is not None
    assert before.message_id == result.results[0].message_id


async def test_the_history_knows_where_a_message_went(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "First.", "Second.", "Third.")
    source = {"messageIds": [result.results[0].message_id]}
    sent = await send(harness, source, {"paneIds": [pane.id for pane in result.panes[1:]]})
    found, panes = await harness.history.references(result.results[0].message_id)
    assert [message.id for message in found] == [message.id for message in sent.messages]
    assert panes == []


async def test_new_panes_open_in_the_session_of_what_is_sent(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "First.")
    source = {"messageIds": [result.results[0].message_id]}
    sent = await send(harness, source, {"models": ["script/new"]}, note="for  later")
    assert sent.session_id == result.session_id
    session = await harness.history.session(result.session_id)
    assert [pane.title for pane in session.panes] == ["m0", "new"]
    assert (await harness.documents.text(sent.panes[0].uri)).endswith("UTC: for later\n")


async def test_a_pane_that_is_answering_takes_nothing_and_gives_nothing(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "First.", "Second.")
    one, two = result.panes
    task = asyncio.create_task(harness.broadcast(FakeCaller(), paneIds=[two.id]))
    stream = await harness.providers.opened("m1", 2)
    stream.text("Now")
    await harness.settled()
    problem = await refused(
        harness, {"messageIds": [result.results[0].message_id]}, {"paneIds": [two.id]}
    )
    assert problem.failure.kind == "conflict"
    running = (await harness.shown.messages(two.id))[-1]
    problem = await refused(harness, {"messageIds": [running.id]}, {"paneIds": [one.id]})
    assert problem.failure.message == "m1 is still writing this."
    stream.finish()
    await task


async def test_bad_transfers_say_what_is_wrong_and_change_nothing(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "First.", "Second.")
    one, two = result.panes
    source = {"messageIds": [result.results[0].message_id]}
    to = {"paneIds": [two.id]}
    cases = [
        (source, {"paneIds": [one.id]}, {}, "invalid_params", "$.to.paneIds"),
        (source, {"paneIds": [new_id()]}, {}, "not_found", None),
        (source, {}, {}, "invalid_params", "$.to"),
        (source, to, {"prompt": "Why?"}, "invalid_params", "$.prompt"),
        ({}, to, {}, "invalid_params", "$.from"),
        ({**source, "uri": one.uri}, to, {}, "invalid_params", "$.from"),
        ({"messageIds": []}, to, {}, "invalid_params", "$.from"),
        ({"messageIds": [new_id()]}, to, {}, "not_found", None),
        (
            {"messageIds": source["messageIds"] * 2},
            to,
            {},
            "invalid_params",
            "$.from.messageIds[1]",
        ),
        ({"uri": "file:///etc/passwd"}, to, {}, "invalid_params", "$.from.uri"),
        (
            {"uri": one.uri, "range": selection("a", "")},
            to,
            {},
            "invalid_params",
            "$.from.range",
        ),
        (source, {"models": ["nobody/x"]}, {}, "model_not_found", "$.to.models[0]"),
    ]
    for origin, target, more, kind, field in cases:
        problem = await refused(harness, origin, target, **more)
        assert (problem.failure.kind, problem.field) == (kind, field)
        assert problem.failure.hint


async def test_more_than_fits_is_refused_before_anything_is_stored(harness: EngineHarness):
    result = await answered(harness, FakeCaller(), "First." * 100, "Second.")
    harness.service.limits = BroadcastLimits(max_context_bytes=100)
    source = {"messageIds": [result.results[0].message_id]}
    problem = await refused(harness, source, {"paneIds": [result.panes[1].id]})
    assert "600 bytes. At most 100 can be sent at once" in problem.failure.message


async def test_the_limit_is_on_the_bytes_in_utf8_of_all_that_is_sent_together(
    harness: EngineHarness,
):
    result = await answered(harness, FakeCaller(), "ééé", "日本", "Third.")
    source = {"messageIds": [each.message_id for each in result.results[:2]]}
    to = {"paneIds": [result.panes[2].id]}
    harness.service.limits = BroadcastLimits(max_context_bytes=11)
    problem = await refused(harness, source, to)
    assert "12 bytes. At most 11 can be sent at once" in problem.failure.message
    harness.service.limits = BroadcastLimits(max_context_bytes=12)
    assert len((await send(harness, source, to)).messages) == 2

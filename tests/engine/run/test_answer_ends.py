"""How an answer ends: every end has one typed state, and what it took."""

import asyncio

import pytest
from desk import Desk, Person

from antiphon.engine.ports.deltas import Connected, Finished, Note, ProviderError, Reasoning, Text
from antiphon.model.failure import Failure


async def test_one_models_failure_is_an_event_and_its_siblings_go_on(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a", "script/b"]))
    (await desk.providers.opened("a")).fail("authentication")
    stream = await desk.providers.opened("b")
    stream.text("fine")
    stream.finish()
    result = await task

    assert result.status == "partial"
    assert [each.status for each in result.results] == ["failed", "complete"]
    assert person.sink.types(result.panes[0].id) == ["start", "error"]
    assert result.results[0].failure.kind == "authentication"


async def test_a_stream_that_breaks_after_text_is_interrupted_and_keeps_it(
    desk: Desk, person: Person
):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("half an ans")
    stream.fail("network")
    result = await task

    final = person.sink.events[-1]
    assert (final.type, final.status, final.content) == ("final", "interrupted", "half an ans")
    assert final.failure.kind == "network"
    assert len(desk.providers.streams["a"]) == 1, "text has been shown: nothing is sent again"
    assert result.results[0].status == "interrupted"


async def test_an_end_that_was_never_confirmed_is_not_complete(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("looks whole.")
    stream.cut()
    result = await task

    assert result.results[0].status == "interrupted"
    assert result.results[0].failure.kind == "malformed_stream"


async def test_a_request_that_brought_no_text_is_sent_again(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    (await desk.providers.opened("a")).fail("server_error", http_status=503)
    second = await desk.providers.opened("a", 2)
    second.text("now")
    second.finish()
    result = await task

    assert result.status == "complete"
    retry = next(event for event in person.sink.events if event.type == "retry")
    assert (retry.attempt, retry.failure.kind) == (2, "server_error")
    assert desk.providers.reports == [("script/a", "server_error"), ("script/a", None)]


async def test_usage_is_the_providers_where_it_gives_it_else_estimated(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/priced", "script/b"]))
    (await desk.providers.opened("priced")).play(Text("x" * 40))
    desk.providers.streams["priced"][0].finish()
    other = await desk.providers.opened("b")
    other.play(Connected(), Text("y" * 40), Finished("eos", "complete"))
    other.cut()
    result = await task

    priced, estimated = result.results
    assert (priced.usage.output_tokens, priced.usage.source) == (5, "provider")
    assert (priced.cost.amount, priced.cost.source) == ("0.000056", "priced")
    assert (estimated.usage.output_tokens, estimated.usage.source) == (10, "estimated")
    assert (estimated.cost.amount, estimated.cost.source) == (None, "unpriced")


async def test_an_answer_without_text_that_finished_is_complete_and_says_so(
    desk: Desk, person: Person
):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    (await desk.providers.opened("a")).finish()
    result = await task
    assert result.results[0].status == "complete"
    assert person.sink.types(result.panes[0].id) == ["start", "final"]
    assert person.sink.events[-1].notes == [
        'the answer has no text; the provider ended it with "stop"'
    ]


@pytest.mark.parametrize(
    ("reason", "outcome", "status"),
    [("length", "truncated", "truncated"), ("content_filter", "filtered", "filtered")],
)
async def test_the_providers_reason_decides_the_end(
    desk: Desk, person: Person, reason: str, outcome: str, status: str
):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("x")
    stream.finish(reason, outcome)
    result = await task
    assert result.results[0].status == status
    assert person.sink.events[-1].finish_reason == reason
    assert person.sink.reducer.texts[result.panes[0].id] == await desk.documents.text(
        result.panes[0].uri
    )


async def test_thinking_is_counted_and_not_shown(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.play(Reasoning("hmm " * 10), Text("so"), Note("odd"), Finished("stop", "complete"))
    stream.cut()
    result = await task
    assert result.results[0].usage.reasoning_tokens == 10
    assert person.sink.events[-1].content == "so"
    assert person.sink.events[-1].notes == ["odd"]


async def test_a_model_that_must_rest_is_not_asked(desk: Desk, person: Person):
    refusal = ProviderError(Failure.of("authentication"), wait_hint="never")
    desk.providers.refusals["script/a"] = refusal
    result = await desk.broadcast(person, models=["script/a"])
    assert result.results[0].failure.kind == "authentication"
    assert not desk.providers.streams["a"]


async def test_an_engine_that_is_torn_down_leaves_interrupted_answers(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    stream.text("seen")
    await desk.settled()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (session,), _ = await desk.history.sessions(limit=1)
    last = (await desk.history.messages(pane_id=session.panes[0].id))[-1]
    assert (last.status, last.content, last.error.kind) == ("interrupted", "seen", "interrupted")


async def test_a_key_in_the_reason_of_an_end_or_in_a_note_is_hidden(desk: Desk, person: Person):
    task = asyncio.create_task(desk.broadcast(person, models=["script/a"]))
    stream = await desk.providers.opened("a")
    key = "sk-0123456789abcdef"
    stream.play(Connected(), Text("so"), Note(f"odd: {key}"), Finished(key, "complete"))
    stream.cut()
    await task

    final = person.sink.events[-1]
    assert (final.finish_reason, final.notes) == ("[key]", ["odd: [key]"])

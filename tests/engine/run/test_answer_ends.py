"""How an answer ends: every end has one typed state, and what it took."""

import asyncio
import logging
from functools import partial

import anyio
import pytest

from antiphon.engine.ports.deltas import Connected, Finished, Note, ProviderError, Reasoning, Text
from antiphon.model.failure import Failure
from support.engine.harness import EngineHarness, FakeCaller


async def test_one_models_failure_is_an_event_and_its_siblings_go_on(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a", "script/b"]))
    (await harness.providers.opened("a")).fail("authentication")
    stream = await harness.providers.opened("b")
    stream.text("fine")
    stream.finish()
    result = await task

    assert result.status == "partial"
    assert [each.status for each in result.results] == ["failed", "complete"]
    assert caller.sink.types(result.panes[0].id) == ["start", "error"]
    assert result.results[0].failure.kind == "authentication"


async def test_a_stream_that_breaks_after_text_is_interrupted_and_keeps_it(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("half an ans")
    stream.fail("network")
    result = await task

    final = caller.sink.events[-1]
    assert (final.type, final.status, final.content) == ("final", "interrupted", "half an ans")
    assert final.failure.kind == "network"
    assert len(harness.providers.streams["a"]) == 1, "text has been shown: nothing is sent again"
    assert result.results[0].status == "interrupted"


async def test_an_end_that_was_never_confirmed_is_not_complete(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("looks whole.")
    stream.cut()
    result = await task

    assert result.results[0].status == "interrupted"
    assert result.results[0].failure.kind == "malformed_stream"


async def test_a_request_that_brought_no_text_is_sent_again(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    (await harness.providers.opened("a")).fail("server_error", http_status=503)
    second = await harness.providers.opened("a", 2)
    second.text("now")
    second.finish()
    result = await task

    assert result.status == "complete"
    retry = next(event for event in caller.sink.events if event.type == "retry")
    assert (retry.attempt, retry.failure.kind) == (2, "server_error")
    assert harness.providers.reports == [("script/a", "server_error"), ("script/a", None)]


async def test_usage_is_the_providers_where_it_gives_it_else_estimated(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/priced", "script/b"]))
    (await harness.providers.opened("priced")).play(Text("x" * 40))
    harness.providers.streams["priced"][0].finish()
    other = await harness.providers.opened("b")
    other.play(Connected(), Text("y" * 40), Finished("eos", "complete"))
    other.cut()
    result = await task

    priced, estimated = result.results
    assert (priced.usage.output_tokens, priced.usage.source) == (5, "provider")
    assert (priced.cost.amount, priced.cost.source) == ("0.000056", "priced")
    assert (estimated.usage.output_tokens, estimated.usage.source) == (10, "estimated")
    assert (estimated.cost.amount, estimated.cost.source) == (None, "unpriced")


async def test_an_answer_without_text_that_finished_is_complete_and_says_so(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    (await harness.providers.opened("a")).finish()
    result = await task
    assert result.results[0].status == "complete"
    assert caller.sink.types(result.panes[0].id) == ["start", "final"]
    assert caller.sink.events[-1].notes == [
        'the answer has no text; the provider ended it with "stop"'
    ]


@pytest.mark.parametrize(
    ("reason", "outcome", "status"),
    [("length", "truncated", "truncated"), ("content_filter", "filtered", "filtered")],
)
async def test_the_providers_reason_decides_the_end(
    harness: EngineHarness, caller: FakeCaller, reason: str, outcome: str, status: str
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("x")
    stream.finish(reason, outcome)
    result = await task
    assert result.results[0].status == status
    assert caller.sink.events[-1].finish_reason == reason
    assert caller.sink.reducer.texts[result.panes[0].id] == await harness.documents.text(
        result.panes[0].uri
    )


async def test_thinking_is_counted_and_not_shown(harness: EngineHarness, caller: FakeCaller):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.play(Reasoning("hmm " * 10), Text("so"), Note("odd"), Finished("stop", "complete"))
    stream.cut()
    result = await task
    assert result.results[0].usage.reasoning_tokens == 10
    assert caller.sink.events[-1].content == "so"
    assert caller.sink.events[-1].notes == ["odd"]


async def test_a_model_that_must_rest_is_not_asked(harness: EngineHarness, caller: FakeCaller):
    refusal = ProviderError(Failure.of("authentication"), wait_hint="never")
    harness.providers.refusals["script/a"] = refusal
    result = await harness.broadcast(caller, models=["script/a"])
    assert result.results[0].failure.kind == "authentication"
    assert not harness.providers.streams["a"]


async def test_an_engine_that_is_torn_down_leaves_interrupted_answers(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    stream.text("seen")
    await harness.settled()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await last_end(harness) == ("interrupted", "seen", "interrupted")


async def test_a_task_group_that_is_cancelled_stores_its_interrupted_answers_all_the_same(
    harness: EngineHarness, caller: FakeCaller
):
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(harness.broadcast, caller, models=["script/a"]))
        stream = await harness.providers.opened("a")
        stream.text("seen")
        await harness.settled()
        tasks.cancel_scope.cancel()
    assert await last_end(harness) == ("interrupted", "seen", "interrupted")


async def last_end(harness: EngineHarness) -> tuple[str, str, str | None]:
    """How the only answer ended, as it is stored: its status, its text and its failure."""
    (session,), _ = await harness.history.sessions(limit=1)
    last = (await harness.history.messages(pane_id=session.panes[0].id))[-1]
    return last.status, last.content, last.error and last.error.kind


async def test_a_key_in_the_reason_of_an_end_or_in_a_note_is_hidden(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    key = "sk-0123456789abcdef"
    stream.play(Connected(), Text("so"), Note(f"odd: {key}"), Finished(key, "complete"))
    stream.cut()
    await task

    final = caller.sink.events[-1]
    assert (final.finish_reason, final.notes) == ("[key]", ["odd: [key]"])


async def test_an_end_is_logged_with_its_figures_and_a_failure_as_a_warning(
    harness: EngineHarness, caller: FakeCaller, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "antiphon.engine.run.ends_log")
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a", "script/b"]))
    (await harness.providers.opened("a")).fail("authentication", http_status=401)
    stream = await harness.providers.opened("b")
    stream.text("fine")
    stream.finish()
    await task
    ends = [each for each in caplog.records if each.getMessage().startswith("an answer ended")]
    assert [each.levelname for each in ends] == ["WARNING", "INFO"]
    failed, complete = (each.__dict__["figures"] for each in ends)
    assert (failed["model"], failed["failure"], failed["httpStatus"]) == (
        "script/a",
        "authentication",
        401,
    )
    assert (complete["model"], complete["status"]) == ("script/b", "complete")
    assert {"inputTokens", "outputTokens", "firstTokenMs", "totalMs"} <= complete.keys()

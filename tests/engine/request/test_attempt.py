"""One model is asked for one answer: what counts as its end, and what a failed request leaves."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports.deltas import (
    Connected,
    Finished,
    Note,
    ProviderError,
    Reasoning,
    Resent,
    Text,
    UsageReport,
)
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Usage
from support.engine.harness import EngineHarness, FakeCaller, open_harness

if TYPE_CHECKING:
    from pathlib import Path

    from support.engine.scripted_providers import Stream

SOON = 0.02
LONG = 600.0


def ask(harness: EngineHarness, caller: FakeCaller, *models: str) -> asyncio.Task:
    names = [f"script/{model}" for model in models or ["a"]]
    return asyncio.ensure_future(harness.broadcast(caller, models=names))


async def opened(harness: EngineHarness, number: int = 1) -> Stream:
    return await harness.providers.opened("a", number)


async def answer_of(harness: EngineHarness, task: asyncio.Task):
    """The stored answer of a run's only pane."""
    async with asyncio.timeout(10):
        result = await task
    return await harness.history.message(result.results[0].message_id)


async def test_what_goes_wrong_after_the_last_word_takes_nothing_from_the_answer(
    harness: EngineHarness, caller: FakeCaller
):
    task = ask(harness, caller)
    stream = await opened(harness)
    stream.play(Text("All of it."), Finished("stop", "complete"))
    stream.fail("network")
    answer = await answer_of(harness, task)
    assert (answer.status, answer.content, answer.error) == ("complete", "All of it.", None)


async def test_text_after_the_last_word_is_part_of_the_answer(
    harness: EngineHarness, caller: FakeCaller
):
    task = ask(harness, caller)
    stream = await opened(harness)
    stream.play(Text("One"), Finished("stop", "complete"), Text(" more"))
    stream.cut()
    assert (await answer_of(harness, task)).content == "One more"


async def test_figures_and_notes_of_a_failed_request_do_not_count_for_the_next(
    harness: EngineHarness, caller: FakeCaller
):
    task = ask(harness, caller)
    stream = await opened(harness)
    stream.play(UsageReport(Usage(input_tokens=99, source="provider")), Note("odd"))
    stream.fail("server_error")
    second = await opened(harness, 2)
    second.play(Text("Yo"), Finished("stop", "complete"))
    second.cut()
    answer = await answer_of(harness, task)
    assert answer.notes is None
    assert answer.usage.source == "estimated"


async def test_a_request_that_failed_after_its_last_word_does_not_finish_the_next(
    harness: EngineHarness, caller: FakeCaller
):
    task = ask(harness, caller)
    first = await opened(harness)
    first.fail("server_error")
    second = await opened(harness, 2)
    second.text("Half")
    second.cut()
    assert (await answer_of(harness, task)).error.kind == "malformed_stream"


async def test_thinking_that_was_paid_for_is_not_asked_for_again(
    harness: EngineHarness, caller: FakeCaller
):
    task = ask(harness, caller)
    stream = await opened(harness)
    stream.play(Reasoning("Let me see …"))
    stream.fail("server_error")
    answer = await answer_of(harness, task)
    assert answer.status == "failed"
    assert len(harness.providers.streams["a"]) == 1
    assert answer.usage.reasoning_tokens > 0


async def test_requests_that_were_sent_are_attempts_that_are_stored(
    harness: EngineHarness, caller: FakeCaller, tmp_path: Path
):
    task = ask(harness, caller)
    for number, kind in enumerate(["server_error", "overloaded"], start=1):
        (await opened(harness, number)).fail(kind)
    (await opened(harness, 3)).finish()
    answer = await answer_of(harness, task)
    assert attempts(tmp_path) == [(1, "server_error"), (2, "overloaded"), (3, None)]
    assert [kind for _, kind in harness.providers.reports] == ["server_error", "overloaded", None]
    retries = [event for event in caller.sink.of(answer.pane_id) if event.type == "retry"]
    assert [event.attempt for event in retries] == [2, 3]


async def test_a_request_in_another_form_is_an_attempt_of_its_own(
    harness: EngineHarness, caller: FakeCaller, tmp_path: Path
):
    task = ask(harness, caller)
    stream = await opened(harness)
    stream.play(Resent())
    stream.finish()
    await answer_of(harness, task)
    assert attempts(tmp_path) == [(1, "bad_request"), (2, None)]


async def test_what_was_never_sent_is_no_attempt(
    harness: EngineHarness, caller: FakeCaller, tmp_path: Path
):
    harness.providers.refusals["script/a"] = ProviderError(
        Failure.of("overloaded"), wait_hint="never"
    )
    answer = await answer_of(harness, ask(harness, caller))
    assert (answer.status, answer.error.kind) == ("failed", "overloaded")
    assert attempts(tmp_path) == []
    assert harness.providers.reports == []


def attempts(folder: Path) -> list[tuple[int, str | None]]:
    """What the history knows of them."""
    with sqlite3.connect(folder / "history.db") as other:
        rows = other.execute("SELECT number, failure_kind FROM attempts ORDER BY number").fetchall()
    other.close()
    return rows


async def test_an_unknown_model_is_answered_with_the_nearest_names(
    harness: EngineHarness, caller: FakeCaller
):
    task = ask(harness, caller)
    (await opened(harness)).fail("model_not_found")
    answer = await answer_of(harness, task)
    assert answer.error.hint == "Did you mean script/a or script/b or script/c?"


LIMITS = {"first_token": LONG, "idle": LONG, "total": LONG}


@pytest.mark.parametrize(
    ("limit", "text", "kind", "status"),
    [
        ("first_token", None, "timeout_first_token", "failed"),
        ("total", None, "timeout_total", "failed"),
        ("idle", "Half", "timeout_idle", "interrupted"),
    ],
)
async def test_a_stall_ends_the_answer_and_closes_the_stream(
    tmp_path: Path, limit, text, kind, status
):
    harness = await open_harness(tmp_path / "stall.db", **{**LIMITS, limit: SOON})
    task = ask(harness, FakeCaller())
    stream = await opened(harness)
    stream.play(Connected())
    if text:
        stream.text(text)
    answer = await answer_of(harness, task)
    await stream.ended()
    await harness.history.aclose()
    assert (answer.status, answer.content) == (status, text or "")
    assert (answer.error.kind, answer.error.provider) == (kind, "script")
    assert len(harness.providers.streams["a"]) == 1


async def test_waiting_for_a_place_is_told_as_queueing(harness: EngineHarness, caller: FakeCaller):
    harness.providers.concurrency = 1
    task = ask(harness, caller, "a", "b")
    first = await opened(harness)
    first.finish()
    (await harness.providers.opened("b")).finish()
    async with asyncio.timeout(10):
        result = await task
    queued = [each.latency.queued_ms for each in result.results]
    assert queued[0] <= queued[1]

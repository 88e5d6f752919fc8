"""Answers that never left are no answers of a model: the meter counts them apart."""

import asyncio

from antiphon.engine.budget.meter import Meter
from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.commands.meter import MeterParams
from antiphon.model.failure import Failure
from support.engine.harness import EngineHarness, FakeCaller, answered


async def total_of(harness: EngineHarness):
    meter = Meter(harness.history.ledger, harness.service.budgets)
    return (await meter.sums(MeterParams(group_by="model"))).total


async def test_an_answer_without_a_key_is_no_request_and_no_answer(
    harness: EngineHarness, caller: FakeCaller
):
    failure = Failure.of("authentication", "K is not set.")
    harness.providers.refusals["script/priced"] = ProviderError(failure, wait_hint="never")
    result = await harness.broadcast(caller, models=["script/priced"])
    assert result.results[0].status == "failed"
    total = await total_of(harness)
    assert (total.answers, total.not_sent, total.requests, total.retries) == (0, 1, 0, 0)
    assert (total.cost.amount, total.unpriced, total.estimated.answers) == ("0", 0, 0)
    assert total.latency.total_ms == 0

    await answered(harness, caller, "Yes.")
    total = await total_of(harness)
    assert (total.answers, total.not_sent, total.requests) == (1, 1, 1)


async def test_an_answer_that_was_stopped_in_the_queue_was_not_sent(
    harness: EngineHarness, caller: FakeCaller
):
    harness.providers.concurrency = 1
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a", "script/b"]))
    await harness.providers.opened("a")
    caller.cancellation.request()
    await task
    total = await total_of(harness)
    assert (total.answers, total.not_sent, total.requests) == (1, 1, 1)


async def test_an_answer_that_the_provider_refused_was_sent(
    harness: EngineHarness, caller: FakeCaller
):
    task = asyncio.create_task(harness.broadcast(caller, models=["script/a"]))
    (await harness.providers.opened("a")).fail("authentication")
    await task
    total = await total_of(harness)
    assert (total.answers, total.not_sent, total.requests) == (1, 0, 1)

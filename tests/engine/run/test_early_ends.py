"""Ends that come too early, or without a text: what is noted of them, and what is not believed."""

import asyncio
from decimal import Decimal

import pytest

from antiphon.engine.budget.budgets import Budget
from antiphon.engine.budget.meter import Meter
from antiphon.engine.ports.deltas import (
    ASKED_FOR_TOOL,
    Connected,
    Delta,
    Finished,
    Note,
    Reasoning,
    Text,
    UsageReport,
)
from antiphon.model.commands.meter import MeterParams
from antiphon.model.values.usage import Usage
from support.engine.harness import EngineHarness, FakeCaller

END = Finished("stop", "complete")


async def ended(
    harness: EngineHarness, caller: FakeCaller, *deltas: Delta, fails: str | None = None
):
    """The last event of an answer of these deltas."""
    task = asyncio.create_task(harness.broadcast(caller, models=["script/priced"]))
    stream = await harness.providers.opened("priced")
    stream.play(Connected(), *deltas)
    if fails:
        stream.fail(fails)
    else:
        stream.cut()
    await task
    return caller.sink.events[-1]


async def test_tokens_that_all_went_into_thinking_are_told(
    harness: EngineHarness, caller: FakeCaller
):
    usage = Usage(input_tokens=9, reasoning_tokens=1200, source="provider")
    deltas = Reasoning("hm"), UsageReport(usage), Finished("length", "truncated")
    final = await ended(harness, caller, *deltas)
    assert final.status == "truncated"
    assert final.notes == [
        (
            'the answer has no text; the provider ended it with "length" '
            "when all of its tokens (1,200) had gone into thinking"
        )
    ]


async def test_thinking_that_nobody_counted_is_estimated(
    harness: EngineHarness, caller: FakeCaller
):
    final = await ended(harness, caller, Reasoning("hmm " * 10), END)
    assert "all of its tokens (about 10) had gone into thinking" in final.notes[0]


async def test_a_model_that_asked_for_a_tool_did_not_only_think(
    harness: EngineHarness, caller: FakeCaller
):
    end = Finished("tool_calls", "complete")
    final = await ended(harness, caller, Reasoning("hm"), Note(ASKED_FOR_TOOL), end)
    assert final.notes == [
        ASKED_FOR_TOOL,
        'the answer has no text; the provider ended it with "tool_calls"',
    ]


async def test_blank_text_is_no_text(harness: EngineHarness, caller: FakeCaller):
    final = await ended(harness, caller, Text("\n\n"), Finished("content_filter", "filtered"))
    assert final.status == "filtered"
    assert final.notes is not None


@pytest.mark.parametrize("late", [Text(" more"), Reasoning("hm")])
async def test_a_stream_that_breaks_after_late_text_is_not_complete(
    late: Delta, harness: EngineHarness, caller: FakeCaller
):
    final = await ended(harness, caller, Text("so"), END, late, fails="interrupted")
    assert final.status == "interrupted"
    assert final.content.startswith("so")


async def test_a_stream_that_breaks_after_its_last_word_is_complete(
    harness: EngineHarness, caller: FakeCaller
):
    final = await ended(harness, caller, Text("so"), END, fails="interrupted")
    assert (final.status, final.content) == ("complete", "so")


async def test_a_good_reason_before_any_text_takes_no_failure_away(
    harness: EngineHarness, caller: FakeCaller
):
    final = await ended(harness, caller, END, fails="bad_request")
    assert (final.type, final.failure.kind) == ("error", "bad_request")


async def test_late_text_of_an_orderly_stream_belongs_to_a_complete_answer(
    harness: EngineHarness, caller: FakeCaller
):
    final = await ended(harness, caller, END, Text("so"))
    assert (final.status, final.content) == ("complete", "so")


async def test_a_usage_of_zero_costs_what_is_estimated_and_settles_at_it(
    harness: EngineHarness, caller: FakeCaller
):
    harness.service.budgets.set_budgets([Budget("day", Decimal(1))])
    final = await ended(
        harness, caller, Text("x" * 4000), UsageReport(Usage(source="provider")), END
    )
    assert (final.usage.source, final.usage.output_tokens) == ("estimated", 1000)
    assert Decimal(final.cost.amount) > Decimal("0.009")
    meter = Meter(harness.history.ledger, harness.service.budgets)
    (budget,) = (await meter.sums(MeterParams())).budgets
    assert Decimal(budget.spent) == Decimal(final.cost.amount)

"""What decides about a running answer: the budget with the least left, and a ledger that works."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.budget.budgets import Budget
from antiphon.engine.ports.deltas import Finished, Text, UsageReport
from antiphon.model.failure import error
from antiphon.model.values.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.engine.harness import EngineHarness, FakeCaller

# `script/priced` costs $10 a million tokens of output; a word of these is one token.
WORD = "word"


class CountingLedger:
    """The real ledger, which counts how often a reservation is extended, or fails to."""

    def __init__(self, ledger: Any, *, fails: bool) -> None:
        self._ledger = ledger
        self._fails = fails
        self.extended = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    async def extend(self, *arguments: Any) -> int:
        self.extended += 1
        if self._fails:
            raise error("storage", "The disk is full.")
        return await self._ledger.extend(*arguments)


def ask(harness: EngineHarness, caller: FakeCaller, *models: str) -> asyncio.Task:
    names = [f"script/{model}" for model in models or ["priced"]]
    return asyncio.ensure_future(harness.broadcast(caller, models=names))


async def cut_failures(
    harness: EngineHarness, caller: FakeCaller, models: Sequence[str], *budgets: Budget
) -> list[str]:
    """What the answers of priced models say that grow beyond the budgets, one after the other."""
    harness.providers.prices["script/other"] = harness.providers.prices["script/priced"]
    harness.service.budgets.set_budgets(budgets)
    task = ask(harness, caller, *models)
    for model in models:
        stream = await harness.providers.opened(model)
        stream.text(WORD * 3_000)
        await stream.ended()
    return [each.failure.message for each in (await task).results]


NARROW, WIDE = Budget("run", Decimal("0.011")), Budget("day", Decimal("0.012"))


@pytest.mark.parametrize("budgets", [(NARROW, WIDE), (WIDE, NARROW)])
async def test_a_cut_names_the_budget_with_the_least_left(
    harness: EngineHarness, caller: FakeCaller, budgets: tuple[Budget, Budget]
):
    failures = await cut_failures(harness, caller, ["priced"], *budgets)
    assert failures == ["The answer was stopped: the run's budget of $0.011 is used up."]


async def test_each_answer_is_cut_by_the_budget_of_its_own_model(
    harness: EngineHarness, caller: FakeCaller
):
    failures = await cut_failures(
        harness,
        caller,
        ["priced", "other"],
        Budget("day", Decimal("0.02"), model="script/priced"),
        Budget("day", Decimal("0.01"), model="script/other"),
    )
    assert [each.partition(" for ")[2] for each in failures] == [
        "script/priced is used up.",
        "script/other is used up.",
    ]


@pytest.mark.parametrize(("reported", "counted"), [(5, 2_000), (9_000, 9_000)])
async def test_a_cut_answer_costs_the_larger_of_what_is_reported_and_estimated(
    harness: EngineHarness, caller: FakeCaller, reported: int, counted: int
):
    harness.service.budgets.set_budgets([Budget("day", Decimal("0.0065"))])
    task = ask(harness, caller)
    stream = await harness.providers.opened("priced")
    usage = Usage(input_tokens=3, output_tokens=reported, source="provider")
    stream.play(UsageReport(usage))
    stream.text(WORD * 2_000)
    await stream.ended()
    (result,) = (await task).results
    assert result.failure.kind == "budget"
    assert (result.usage.input_tokens, result.usage.output_tokens) == (3, counted)


async def test_a_ledger_that_fails_is_tried_again_after_a_likely_answer_not_every_frame(
    harness: EngineHarness, caller: FakeCaller
):
    harness.service.budgets.set_budgets([Budget("day", Decimal("0.0065"))])
    harness.history.ledger = ledger = CountingLedger(harness.history.ledger, fails=True)
    task = ask(harness, caller)
    stream = await harness.providers.opened("priced")
    extended: list[int] = []
    for tokens in (374, 1, 10, 489, 1, 10):
        stream.text(WORD * tokens)
        await harness.settled()
        extended.append(ledger.extended)
    assert extended == [0, 1, 1, 1, 2, 2]
    stream.finish()
    assert (await task).status == "complete"


async def test_a_reservation_is_doubled_each_time_not_extended_every_frame(
    harness: EngineHarness, caller: FakeCaller
):
    harness.service.budgets.set_budgets([Budget("day", Decimal(1))])
    harness.history.ledger = ledger = CountingLedger(harness.history.ledger, fails=False)
    task = ask(harness, caller)
    stream = await harness.providers.opened("priced")
    for _ in range(20):
        stream.text(WORD * 400)
        await harness.settled()
    assert ledger.extended == 5, "at 400, 800, 1,600, 3,200 and 6,000 tokens"
    stream.finish()
    assert (await task).status == "complete"


async def test_a_warning_that_only_the_end_of_an_answer_gives_rise_to_is_in_its_result(
    harness: EngineHarness, caller: FakeCaller
):
    harness.service.budgets.set_budgets([Budget("day", Decimal("0.02"), action="warn")])
    task = ask(harness, caller)
    stream = await harness.providers.opened("priced")
    usage = Usage(input_tokens=3, output_tokens=1_700, source="provider")
    stream.play(Text(WORD), UsageReport(usage), Finished("stop", "complete"))
    stream.cut()
    (warning,) = (await task).budget_warnings
    assert warning.level == "threshold"

"""One question about a price, for callers that want to be asked (`confirmAbove`)."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from antiphon.engine.budget.budgets import Budget
from antiphon.model.failure import AntiphonError
from support.engine.harness import EngineHarness, FakeCaller


@pytest.fixture
def caller() -> FakeCaller:
    return FakeCaller()


def asked(harness: EngineHarness, caller: FakeCaller) -> asyncio.Task:
    return asyncio.create_task(harness.broadcast(caller, models=["script/priced"]))


async def test_one_question_is_about_the_price_and_the_budget_that_it_exceeds(
    harness: EngineHarness, caller: FakeCaller
):
    harness.service.budgets.set_budgets([Budget("day", Decimal("0.001"))])
    caller.confirm_above, caller.agrees_to_price = Decimal("0.004"), True
    task = asked(harness, caller)
    (await harness.providers.opened("priced")).finish()
    await task
    (question,) = caller.price_questions
    assert "likely to cost $0.005, and the day's budget of $0.001 has $0.001 left" in question


async def test_a_price_that_is_declined_sends_nothing_and_a_low_one_is_not_asked_about(
    harness: EngineHarness, caller: FakeCaller
):
    caller.confirm_above = Decimal("0.004")
    with pytest.raises(AntiphonError) as declined:
        await harness.broadcast(caller, models=["script/priced"])
    assert declined.value.failure.kind == "budget"
    assert caller.price_questions[0].startswith("This is likely to cost $0.005")
    assert not harness.providers.streams["priced"]
    caller.confirm_above = Decimal("0.01")
    task = asked(harness, caller)
    (await harness.providers.opened("priced")).finish()
    await task
    assert len(caller.price_questions) == 1

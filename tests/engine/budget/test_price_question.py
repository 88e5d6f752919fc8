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


LIKELY = Decimal("0.005012")
"""Six tokens of the prompt, and an answer of 500."""


@pytest.mark.parametrize(("above", "questions"), [(LIKELY, 0), (LIKELY - Decimal("0.000001"), 1)])
async def test_only_a_higher_price_than_the_limit_is_asked_about(
    harness: EngineHarness, caller: FakeCaller, above: Decimal, questions: int
):
    caller.confirm_above, caller.agrees_to_price = above, True
    task = asked(harness, caller)
    (await harness.providers.opened("priced")).finish()
    await task
    assert len(caller.price_questions) == questions


@pytest.mark.parametrize(("models", "words"), [(1, "for 1 model. "), (2, "for 2 models. ")])
async def test_the_question_counts_the_models(
    harness: EngineHarness, caller: FakeCaller, models: int, words: str
):
    caller.confirm_above = Decimal(0)
    with pytest.raises(AntiphonError):
        await harness.broadcast(caller, models=["script/priced"] * models)
    (question,) = caller.price_questions
    assert words in question


async def test_a_budget_that_is_exactly_enough_for_the_models_that_it_counts_is_not_asked_about(
    harness: EngineHarness, caller: FakeCaller
):
    harness.providers.prices["script/other"] = harness.providers.prices["script/priced"]
    harness.service.budgets.set_budgets([Budget("day", LIKELY, model="script/priced")])
    caller.confirm_above = Decimal(1)
    task = asyncio.create_task(harness.broadcast(caller, models=["script/priced", "script/other"]))
    for model in ("priced", "other"):
        (await harness.providers.opened(model)).finish()
    assert (await task).status == "complete"
    assert caller.price_questions == []

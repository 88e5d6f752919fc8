"""What a broadcast would take: lower, likely and upper bounds, and no price made up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from antiphon.engine.planning.estimate import estimate
from antiphon.engine.planning.plan import Prompt, plan_question
from antiphon.engine.planning.prompt_context import PromptContext
from antiphon.engine.ports import Price
from antiphon.model.commands.runs import CostRange
from antiphon.model.conversation.session import Pane, Params
from antiphon.model.values.ids import new_id
from support.engine.scripted_providers import ScriptedProviders

PROMPT = "x" * 3_984
"""996 tokens, and 4 for the turn."""


def plan(model: str, **params):
    pane = Pane(
        id=new_id(),
        session_id=new_id(),
        model=model,
        title="t",
        uri="antiphon:/x",
        params=Params.model_validate(params),
        created_at="now",
    )
    prompt = Prompt(PROMPT, None, PromptContext([], {}))
    return plan_question(new_id(), pane, [], {}, prompt, connect_timeout_s=1)


@pytest.fixture
def providers() -> ScriptedProviders:
    providers = ScriptedProviders()
    providers.prices["script/cheap"] = Price(Decimal("0.1"), Decimal("0.4"))
    providers.prices["script/free"] = Price(Decimal(0), Decimal(0))
    return providers


def test_the_least_is_the_input_and_the_most_the_longest_answer(providers):
    (pane,) = estimate([plan("script/priced", maxTokens=2_000)], providers).panes
    assert (pane.input_tokens, pane.max_output_tokens) == (1_000, 2_000)
    assert pane.cost == CostRange(min="0.002", likely="0.007", max="0.022")


def test_where_nobody_says_how_long_an_answer_may_be_4096_tokens_are_reckoned_with(providers):
    (pane,) = estimate([plan("script/priced")], providers).panes
    assert pane.max_output_tokens is None
    assert pane.cost.max == str(Decimal("0.002") + 4_096 * Decimal("0.00001"))


def test_a_likely_answer_is_never_longer_than_the_longest(providers):
    (pane,) = estimate([plan("script/priced", maxTokens=10)], providers).panes
    assert pane.cost.likely == pane.cost.max == "0.0021"


def test_an_unknown_price_is_null_and_counted(providers):
    found = estimate([plan("script/a"), plan("script/priced"), plan("script/a")], providers)
    assert [pane.cost is None for pane in found.panes] == [True, False, True]
    assert found.total.unpriced == 2
    assert found.total.cost == found.panes[1].cost
    assert found.total.input_tokens == 3_000


def test_where_no_price_is_known_there_is_no_total(providers):
    total = estimate([plan("script/a")], providers).total
    assert total.to_wire() == {"inputTokens": 1_000, "cost": None, "unpriced": 1}


def test_a_free_model_costs_zero(providers):
    (pane,) = estimate([plan("script/free")], providers).panes
    assert pane.cost == CostRange(min="0", likely="0", max="0")


def test_totals_are_exact_sums(providers):
    found = estimate([plan("script/cheap", maxTokens=700)] * 3, providers)
    assert found.panes[0].cost == CostRange(min="0.0001", likely="0.0003", max="0.00038")
    assert found.total.cost == CostRange(min="0.0003", likely="0.0009", max="0.00114")

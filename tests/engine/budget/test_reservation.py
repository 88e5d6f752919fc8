"""How far a reservation reaches, and when more is wanted."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.budget.budgets import to_reserved_amount
from antiphon.engine.planning.plan import Prompt, plan_question
from antiphon.engine.planning.prompt_context import PromptContext
from antiphon.engine.planning.tokens import (
    AnswerReservation,
    Rates,
    compute_rates,
    find_output_limit,
)
from antiphon.engine.ports import Price, PriceTier
from antiphon.model.conversation.session import Pane, Params
from support.engine.scripted_providers import ScriptedProviders


def plan(**params):
    pane = Pane(
        id="P",
        session_id="S",
        model="script/priced",
        title="m",
        uri="antiphon:/",
        params=Params.model_validate(params),
        created_at="2026-11-22T00:00:00.000Z",
    )
    prompt = Prompt("word " * 100, None, PromptContext((), {}))
    return plan_question("R", pane, [], {}, prompt, connect_timeout_s=5.0)


def cover(token: int = 10, **params) -> AnswerReservation:
    asked = plan(**params)
    most = find_output_limit(asked.pane, ScriptedProviders()) if token else None
    return AnswerReservation(asked.answer.id, Rates(1_000, token), most)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 10**7))
def test_an_amount_pays_for_the_tokens_that_it_was_made_for(prompt, token, tokens):
    rates = Rates(prompt, token)
    assert rates.tokens(rates.amount(tokens)) == tokens
    assert rates.tokens(0) == 0


def test_rates_are_those_of_the_prompts_tier_and_of_the_dearer_token():
    tier = PriceTier(10, Decimal(4), Decimal(20), reasoning=Decimal(30))
    price = Price(Decimal(2), Decimal(10), tiers=(tier,))
    rates = compute_rates(plan().input_tokens, price)
    assert rates == Rates(plan().input_tokens * 4 * 10**6, 30 * 10**6)
    assert compute_rates(9, None) is None


@pytest.mark.parametrize(("params", "tokens"), [({}, 500), ({"maxTokens": 40}, 40)])
def test_the_likely_answer_is_reserved_at_first(params, tokens):
    made = cover(**params)
    assert made.tokens == tokens
    assert to_reserved_amount(plan(), made).amount == 1_000 + 10 * tokens
    assert to_reserved_amount(plan(), None).amount == 0


def test_more_is_wanted_before_it_is_needed_and_in_doubling_steps():
    made = cover()
    assert made.check_at_tokens == 375
    wanted = made.next_amount(380)
    assert wanted == 1_000 + 10 * 1_000
    made.record_grant(wanted, wanted)
    assert (made.tokens, made.check_at_tokens, made.is_spent(900)) == (1_000, 750, False)


def test_what_is_refused_is_looked_for_once_more_at_the_end():
    made = cover()
    made.record_grant(1_000 + 10 * 510, made.next_amount(380))
    assert (made.tokens, made.check_at_tokens) == (510, 510)
    assert not made.is_spent(380)
    assert made.is_spent(500), "ten tokens are worth no other trip"


def test_an_answer_with_a_limit_of_its_own_needs_no_more_than_that():
    made = cover(maxTokens=600)
    wanted = made.next_amount(380)
    assert wanted == 1_000 + 10 * 600
    made.record_grant(wanted, wanted)
    assert (made.check_at_tokens, made.is_spent(5_000)) == (None, False)


def test_what_is_free_is_never_spent():
    assert cover(token=0).check_at_tokens is None
    assert not cover(token=0).is_spent(10**9)


def test_a_ledger_that_cannot_be_written_is_left_alone_for_a_while():
    made = cover()
    made.postpone(380)
    assert made.check_at_tokens == 880

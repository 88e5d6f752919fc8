"""Estimates are cheap and honest; money is exact."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.planning.tokens import (
    TokenEstimate,
    approximate_input_tokens,
    approximate_tokens,
    cost_of,
)
from antiphon.engine.ports import ChatTurn, Price
from antiphon.model.values.usage import Cost, Usage

TEXTS = st.text(st.one_of(st.characters(max_codepoint=127), st.characters()), max_size=60)
ASCII = st.text(st.characters(max_codepoint=127), max_size=60)
COUNTS = st.integers(0, 10**7)
USAGES = st.builds(
    Usage,
    input_tokens=COUNTS,
    output_tokens=COUNTS,
    cached_input_tokens=COUNTS,
    reasoning_tokens=COUNTS,
)
PRICES = st.decimals(0, 1000, places=6)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("a", 1),
        ("four", 1),
        ("fives", 2),
        ("日本", 1),
        ("日本語", 2),
        ("a日", 2),
        ("😀", 1),
    ],
)
def test_four_ascii_characters_or_two_others_are_a_token(text, tokens):
    assert approximate_tokens(text) == tokens


@given(TEXTS, TEXTS)
def test_more_text_never_has_fewer_tokens(text, more):
    assert approximate_tokens(text + more) >= max(
        approximate_tokens(text), approximate_tokens(more)
    )


@given(ASCII, ASCII)
def test_parts_have_as_many_tokens_as_the_whole_within_one(a, b):
    assert 0 <= approximate_tokens(a) + approximate_tokens(b) - approximate_tokens(a + b) <= 1


@given(TEXTS, TEXTS)
def test_mixed_scripts_add_up_within_one_for_each_kind(a, b):
    assert 0 <= approximate_tokens(a) + approximate_tokens(b) - approximate_tokens(a + b) <= 2


@given(st.lists(TEXTS))
def test_a_running_estimate_does_not_depend_on_where_the_text_was_cut(parts):
    estimate = TokenEstimate()
    for part in parts:
        estimate.add(part)
    assert estimate.tokens == approximate_tokens("".join(parts))


def test_a_conversation_costs_a_little_for_each_turn():
    turns = [ChatTurn("system", "four"), ChatTurn("user", "")]
    assert approximate_input_tokens(turns) == 1 + 4 + 0 + 4
    assert approximate_input_tokens([]) == 0


def test_an_unknown_price_stays_unknown():
    assert cost_of(Usage(input_tokens=5), None) == Cost()


def test_each_class_has_its_price_and_reasoning_is_paid_like_output():
    price = Price(Decimal(2), Decimal(10), cached_input=Decimal("0.5"))
    usage = Usage(
        input_tokens=1_000_000,
        cached_input_tokens=1_000_000,
        output_tokens=500_000,
        reasoning_tokens=500_000,
    )
    assert cost_of(usage, price).amount == "12.5"


def test_cached_input_costs_as_much_as_input_where_nobody_says_less():
    usage = Usage(cached_input_tokens=1_000_000)
    assert cost_of(usage, Price(Decimal(2), Decimal(0))).amount == "2"
    assert cost_of(usage, Price(Decimal(2), Decimal(0), cached_input=Decimal(0))).amount == "0"


def test_a_free_model_costs_zero_and_not_nothing():
    assert cost_of(Usage(input_tokens=9), Price(Decimal(0), Decimal(0))) == Cost.of(Decimal(0))


@given(USAGES, st.tuples(PRICES, PRICES, PRICES).map(lambda each: Price(*each)))
def test_a_cost_is_exact_to_the_last_digit_and_has_no_exponent(usage, price):
    amount = cost_of(usage, price).amount

    def millionths(price: Decimal) -> int:
        return int(price * 10**6)

    exact = (
        usage.input_tokens * millionths(price.input)
        + usage.cached_input_tokens * millionths(price.cached_input)
        + (usage.output_tokens + usage.reasoning_tokens) * millionths(price.output)
    )
    assert Decimal(amount) * 10**12 == exact
    assert set(amount) <= set("0123456789.")
    assert "." not in amount or not amount.endswith("0")


def test_a_thousandth_of_a_cent_is_not_rounded_away():
    assert cost_of(Usage(input_tokens=1), Price(Decimal("0.1"), Decimal(0))).amount == "0.0000001"

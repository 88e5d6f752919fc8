"""Money is recomputed from what is stored: usage and price say the same as the cost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.planning.tokens import at_least, cost_of
from antiphon.engine.ports import Price, PriceTier
from antiphon.model.values.usage import Usage

COUNTS = st.integers(0, 10**6)
USAGES = st.builds(
    lambda written, rest, **more: Usage(
        input_tokens=(written or 0) + rest, cache_write_tokens=written, **more
    ),
    st.none() | COUNTS,
    COUNTS,
    output_tokens=COUNTS,
    cached_input_tokens=COUNTS,
    reasoning_tokens=COUNTS,
    source=st.sampled_from(["provider", "estimated"]),
)
RATES = st.decimals(0, 1000, places=9)
TIERS = st.lists(st.integers(1, 10**6), max_size=3, unique=True).flatmap(
    lambda steps: st.tuples(
        *(
            st.tuples(st.just(step), RATES, RATES, RATES, st.none() | RATES, st.none() | RATES).map(
                lambda each: PriceTier(*each)
            )
            for step in sorted(steps)
        )
    )
)
MAYBE = st.none() | RATES
PRICES = st.tuples(RATES, RATES, MAYBE, MAYBE, TIERS, MAYBE).map(lambda each: Price(*each))
LONG = Price(
    Decimal(1),
    Decimal(10),
    Decimal("0.1"),
    tiers=(PriceTier(200_000, Decimal(2), Decimal(15), Decimal("0.2")),),
)


@given(USAGES, PRICES)
def test_a_cost_is_what_usage_and_price_make(usage, price):
    prompt = usage.input_tokens + usage.cached_input_tokens
    rate = max(
        (tier for tier in price.tiers if tier.above < prompt),
        key=lambda tier: tier.above,
        default=price,
    )
    dollars = (
        Decimal(usage.input_tokens - (usage.cache_write_tokens or 0)) * rate.input
        + Decimal(usage.cache_write_tokens or 0)
        * (rate.input if rate.cache_write is None else rate.cache_write)
        + Decimal(usage.cached_input_tokens)
        * (rate.input if rate.cached_input is None else rate.cached_input)
        + Decimal(usage.output_tokens) * rate.output
        + Decimal(usage.reasoning_tokens)
        * (rate.output if rate.reasoning is None else rate.reasoning)
    )
    cost = cost_of(usage, price)
    assert Decimal(cost.amount) * 10**6 == dollars
    assert cost.source == "priced"
    assert "E" not in cost.amount


@pytest.mark.parametrize(
    ("given_tokens", "cached", "amount"),
    [(200_000, 0, "0.21"), (200_001, 0, "0.415002"), (150_000, 50_001, "0.3250002")],
)
def test_a_long_prompt_has_the_price_of_its_tier_for_everything(given_tokens, cached, amount):
    usage = Usage(input_tokens=given_tokens, cached_input_tokens=cached, output_tokens=1_000)
    assert cost_of(usage, LONG).amount == amount


def test_thinking_has_its_own_price_where_there_is_one():
    price = Price(Decimal(1), Decimal(2), reasoning=Decimal(8))
    assert cost_of(Usage(output_tokens=1, reasoning_tokens=1), price).amount == "0.00001"


@given(USAGES, USAGES)
def test_what_was_reported_midway_is_never_lowered(reported, ours):
    usage = at_least(reported, ours)
    assert usage.input_tokens == reported.input_tokens
    assert usage.cached_input_tokens == reported.cached_input_tokens
    assert usage.cache_write_tokens == reported.cache_write_tokens
    assert usage.output_tokens == max(reported.output_tokens, ours.output_tokens)
    assert usage.reasoning_tokens == max(reported.reasoning_tokens, ours.reasoning_tokens)
    assert usage == reported or usage.source == "estimated"


def test_input_that_is_put_into_the_cache_has_its_own_price_where_there_is_one():
    usage = Usage(input_tokens=10, cache_write_tokens=4)
    dearer = Price(Decimal(3), Decimal(15), cache_write=Decimal("3.75"))
    assert cost_of(usage, dearer).amount == "0.000033"
    assert cost_of(usage, Price(Decimal(3), Decimal(15))).amount == "0.00003"

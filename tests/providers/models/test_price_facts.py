"""Rows of the table: exact prices, and nothing made up of what is missing or odd."""

from __future__ import annotations

from decimal import Decimal

import pytest

from antiphon.engine.ports import Price, PriceTier
from antiphon.providers.models.price_facts import PriceTableFacts, parse_facts

BASE = {
    "input_cost_per_token": Decimal("1.25E-6"),
    "output_cost_per_token": Decimal("0.00001"),
    "litellm_provider": "openai",
    "mode": "chat",
}


def price(**fields) -> Price | None:
    return parse_facts({**BASE, **fields}).price


def test_a_price_is_for_a_million_tokens_and_exact():
    assert price() == Price(Decimal("1.25"), Decimal(10))
    assert price(cache_read_input_token_cost=Decimal("1.25E-7")).cached_input == Decimal("0.125")
    written = price(cache_creation_input_token_cost=Decimal("1.5E-6"))
    assert written.cache_write == Decimal("1.5")
    dearer_for_an_hour = {"cache_creation_input_token_cost_above_1hr": Decimal("2.5E-6")}
    assert price(**dearer_for_an_hour).cache_write is None
    assert price(output_cost_per_reasoning_token=Decimal("3E-6")).reasoning == Decimal(3)


def test_noise_of_binary_fractions_is_taken_off():
    noisy = price(input_cost_per_token=Decimal("2.9999999999999997E-7"))
    assert str(noisy.input) == "0.3"


def test_longer_prompts_have_other_prices_in_rising_order():
    found = price(
        input_cost_per_token_above_200k_tokens=Decimal("2.5E-6"),
        output_cost_per_token_above_200k_tokens=Decimal("1.5E-5"),
        cache_read_input_token_cost_above_200k_tokens=Decimal("2.5E-7"),
        cache_creation_input_token_cost_above_200k_tokens=Decimal("5E-6"),
        input_cost_per_token_above_128k_tokens=Decimal("2E-6"),
        input_cost_per_token_above_128k_tokens_batches=Decimal("9E-6"),
    )
    assert found.tiers == (
        PriceTier(128_000, Decimal(2), Decimal(10)),
        PriceTier(200_000, Decimal("2.5"), Decimal(15), Decimal("0.25"), cache_write=Decimal(5)),
    )


def test_a_list_of_ranges_is_read_too():
    ranges = [
        {
            "input_cost_per_token": Decimal("5E-8"),
            "output_cost_per_token": Decimal("4E-7"),
            "range": [0, Decimal("256000.0")],
        },
        {
            "input_cost_per_token": Decimal("2.5E-7"),
            "output_cost_per_token": Decimal("2E-6"),
            "output_cost_per_reasoning_token": Decimal("4E-6"),
            "range": [Decimal("256000.0"), Decimal("1000000.0")],
        },
        "odd",
        {"range": "odd"},
    ]
    tier = PriceTier(256_000, Decimal("0.25"), Decimal(2), None, Decimal(4))
    found = parse_facts({"mode": "chat", "tiered_pricing": ranges}).price
    assert found == Price(Decimal("0.05"), Decimal("0.4"), tiers=(tier,))


@pytest.mark.parametrize(
    "fields",
    [
        {"input_cost_per_token": None},
        {"output_cost_per_token": "cheap"},
        {"input_cost_per_token": Decimal("-1E-6")},
        {"input_cost_per_token": Decimal("NaN")},
        {"input_cost_per_token": True},
        {"input_cost_per_token": 0, "output_cost_per_token": Decimal("0.0")},
    ],
)
def test_what_is_no_price_is_unknown_and_never_zero(fields):
    assert price(**fields) is None


def test_limits_capabilities_and_the_last_day_are_known_where_they_are_of_their_form():
    row = {
        **BASE,
        "max_input_tokens": 272_000,
        "max_output_tokens": "many",
        "supports_reasoning": True,
        "supports_vision": False,
        "supports_function_calling": True,
        "deprecation_date": "2026-12-11",
    }
    found = parse_facts(row)
    assert (found.context_window, found.max_output_tokens) == (272_000, None)
    assert found.capabilities == ("reasoning", "tools")
    assert found.deprecation_date == "2026-12-11"
    assert parse_facts({"deprecation_date": "soon", "max_input_tokens": -1}) == PriceTableFacts()

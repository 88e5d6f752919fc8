"""Tokens add up, money is exact, and what is unknown stays unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.model.values.usage import Cost, Latency, Usage

COUNTS = st.integers(0, 10**9)
USAGES = st.builds(
    Usage,
    input_tokens=COUNTS,
    output_tokens=COUNTS,
    cached_input_tokens=COUNTS,
    reasoning_tokens=COUNTS,
    source=st.sampled_from(["estimated", "provider"]),
)
AMOUNTS = st.decimals(0, 10**9, allow_nan=False, allow_infinity=False)


@given(USAGES, USAGES, USAGES)
def test_usages_add_up_in_any_order(a, b, c):
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert (a + b).total_tokens == a.total_tokens + b.total_tokens


@given(USAGES, USAGES)
def test_a_sum_is_the_providers_only_where_every_part_is(a, b):
    expected = "provider" if {a.source, b.source} == {"provider"} else "estimated"
    assert (a + b).source == expected


def test_the_four_classes_are_disjoint_and_all_of_them_count():
    usage = Usage(input_tokens=1, output_tokens=20, cached_input_tokens=300, reasoning_tokens=4000)
    assert usage.total_tokens == 4321


@given(AMOUNTS)
def test_an_amount_is_written_exactly_and_without_an_exponent(amount):
    written = Cost.of(amount).amount
    assert Decimal(written) == amount
    assert set(written) <= set("0123456789.")


@pytest.mark.parametrize(
    ("amount", "written"),
    [("1E+3", "1000"), ("1E-9", "0.000000001"), ("0", "0"), ("0.001234", "0.001234")],
)
def test_small_and_large_amounts_are_plain_decimals(amount, written):
    assert Cost.of(Decimal(amount)).to_wire() == {
        "amount": written,
        "currency": "USD",
        "source": "priced",
    }


def test_an_unknown_price_is_null_and_a_free_model_costs_zero():
    assert Cost.of(None) == Cost(amount=None, source="unpriced")
    assert Cost.of(Decimal(0)) == Cost(amount="0", source="priced")


def test_points_in_time_that_were_never_reached_are_null():
    assert Latency().to_wire() == {
        "queuedMs": 0,
        "ttftMs": None,
        "totalMs": 0,
        "tokensPerSecond": None,
    }

"""Money in whole numbers is the same money."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.model.values import money

AMOUNTS = st.decimals(0, 1_000_000, places=24)


@given(AMOUNTS)
def test_an_amount_comes_back_as_it_was(amount):
    assert Decimal(money.dollars(*money.parts(f"{amount:f}"))) == amount


@given(st.lists(AMOUNTS, max_size=20))
def test_sums_of_the_parts_are_the_sum(amounts):
    parts = [money.parts(f"{each:f}") for each in amounts]
    total = money.dollars(sum(whole for whole, _ in parts), sum(rest for _, rest in parts))
    assert Fraction(total) == sum(map(Fraction, amounts))


@pytest.mark.parametrize(
    ("amount", "picos"),
    [("0", 0), ("1.5", 1_500_000_000_000), ("0.0000000000001", 1), ("1e30", 2**62)],
)
def test_what_is_reserved_is_rounded_up_and_fits(amount, picos):
    assert money.picos(Decimal(amount)) == picos


def test_amounts_are_written_without_an_exponent():
    assert [money.dollars(each) for each in (0, 1, 10**12, 100 * 10**12)] == [
        "0",
        "0.000000000001",
        "1",
        "100",
    ]
    assert money.parts(None) == (0, 0)

"""Numbers as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from antiphon.model.values.usage import Cost, Usage
from antiphon_terminal.tty import number_format


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0.00"),
        ("0.0000000", "$0.00"),
        ("0.000312", "$0.00031"),
        ("0.0126", "$0.013"),
        ("0.5", "$0.500"),
        ("1", "$1.00"),
        ("1234.567", "$1,234.57"),
        ("1E-7", "$0.00000010"),
    ],
)
def test_money_has_cents_and_two_figures_that_count(amount: str, shown: str) -> None:
    assert number_format.format_money(Decimal(amount)) == shown


def test_an_unknown_price_is_never_zero() -> None:
    assert number_format.format_cost(Cost()) == "no price"
    assert number_format.sum_costs([Cost(), Cost()]) is None
    assert number_format.sum_costs([Cost(), Cost.of(Decimal("0.5"))]) == Decimal("0.5")


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (0, "0.0 s"),
        (340, "0.3 s"),
        (9_940, "9.9 s"),
        (9_960, "10 s"),
        (59_600, "1 min 0 s"),
        (125_000, "2 min 5 s"),
    ],
)
def test_durations(milliseconds: int, shown: str) -> None:
    assert number_format.format_duration(milliseconds) == shown


def test_speed_and_tokens() -> None:
    assert number_format.format_speed(None) == ""
    assert number_format.format_speed(1234.4) == "1,234 tok/s"
    assert number_format.format_tokens(1204) == "1,204 tok"
    assert (
        number_format.count_written_tokens(
            Usage(input_tokens=9, output_tokens=2, reasoning_tokens=3)
        )
        == 5
    )

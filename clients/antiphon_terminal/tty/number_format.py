"""Formats numbers for people: tokens, money, speed and time."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.model.values.usage import Cost, Usage


def join_parts(parts: Iterable[str]) -> str:
    """Joins the parts that are not empty: `2 of 3 answered · 1,204 tokens`."""
    return " · ".join(filter(None, parts))


def count_written_tokens(usage: Usage) -> int:
    """Counts the tokens that a model wrote, reasoning included."""
    return usage.output_tokens + usage.reasoning_tokens


def format_tokens(count: int) -> str:
    """Formats a number of tokens: `1,204 tok`."""
    return f"{count:,} tok"


def format_money(amount: Decimal) -> str:
    """Formats dollars with two significant digits, and cents at least.

    Examples: `$12.30`, `$0.012`, `$0.00031`.
    """
    if amount == 0:
        return "$0.00"
    if amount >= 1:
        return f"${amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
    places = max(3, 1 - amount.adjusted())
    return f"${amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def format_cost(value: Cost) -> str:
    """Formats the cost of one answer, or `no price` if it is not known."""
    return "no price" if value.amount is None else format_money(Decimal(value.amount))


def sum_costs(values: Iterable[Cost]) -> Decimal | None:
    """Sums the known costs, or returns `None` if there are none."""
    amounts = [Decimal(value.amount) for value in values if value.amount is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def format_speed(tokens_per_second: float | None) -> str:
    """Formats a speed as `42 tok/s`, or as nothing if it was not measured."""
    if tokens_per_second is None:
        return ""
    return f"{tokens_per_second:,.0f} tok/s"


def format_duration(milliseconds: int) -> str:
    """Formats a duration: `0.3 s`, `12 s`, `2 min 5 s`."""
    seconds = milliseconds / 1000
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"

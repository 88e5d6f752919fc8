"""Numbers as people read them: tokens, money, speed and time."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.model.values.usage import Cost, Usage


def joined(parts: Iterable[str]) -> str:
    """Figures of one line: `2 of 3 answered · 1,204 tokens`; empty ones are left out."""
    return " · ".join(filter(None, parts))


def written_tokens(usage: Usage) -> int:
    """The tokens that a model wrote, those of its thinking included."""
    return usage.output_tokens + usage.reasoning_tokens


def tokens(count: int) -> str:
    """`1,204 tok`"""
    return f"{count:,} tok"


def money(amount: Decimal) -> str:
    """`$12.30`, `$0.012`, `$0.00031`: two figures that count, and cents at least."""
    if amount == 0:
        return "$0.00"
    if amount >= 1:
        return f"${amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
    places = max(3, 1 - amount.adjusted())
    return f"${amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def cost(value: Cost) -> str:
    """The money of one answer; `no price` where it is not known."""
    return "no price" if value.amount is None else money(Decimal(value.amount))


def total_cost(values: Iterable[Cost]) -> Decimal | None:
    """The sum of what is priced, or `None` where nothing is."""
    amounts = [Decimal(value.amount) for value in values if value.amount is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def speed(tokens_per_second: float | None) -> str:
    """`42 tok/s`, or nothing where there was too little to measure."""
    if tokens_per_second is None:
        return ""
    return f"{tokens_per_second:,.0f} tok/s"


def duration(milliseconds: int) -> str:
    """`0.3 s`, `12 s`, `2 min 5 s`"""
    seconds = milliseconds / 1000
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"

"""One row of the table as the rest of Antiphon understands it.

Rows are written by many hands: whatever is not of the form that it should have is not known. A row
whose prices are both zero is unpriced: the table has zeros for what is paid in another way and for
what nobody filled in, and a price must not be made up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from antiphon.engine.ports import Price, PriceTier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ABOVE: Final = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MILLION: Final = Decimal(1_000_000)
_EXACTLY: Final = Decimal("1e-15")
"""Finer digits of a price a token come from binary fractions: 2.9999999999999997e-07."""

_CAPABILITIES: Final = {
    "supports_reasoning": "reasoning",
    "supports_vision": "vision",
    "supports_pdf_input": "pdf",
    "supports_audio_input": "audio",
    "supports_function_calling": "tools",
    "supports_response_schema": "json_schema",
    "supports_web_search": "web_search",
    "supports_prompt_caching": "prompt_caching",
}
FIELDS: Final = re.compile(
    "|".join(
        (
            *_CAPABILITIES,
            r"(input|output)_cost_per_token(_above_\d+k_tokens)?",
            r"cache_(read|creation)_input_token_cost(_above_\d+k_tokens)?",
            "output_cost_per_reasoning_token",
            "tiered_pricing",
            "max_(input|output)_tokens",
            "deprecation_date",
            "litellm_provider",
            "mode",
        )
    )
)
"""The names of all fields that are read; `fullmatch` them."""


@dataclass(frozen=True, slots=True)
class PriceTableFacts:
    """What the table says of one model; what it does not say is `None`."""

    context_window: int | None = None
    max_output_tokens: int | None = None
    price: Price | None = None
    capabilities: tuple[str, ...] = ()
    deprecation_date: str | None = None


def facts_of(row: Mapping[str, Any]) -> PriceTableFacts:
    """The facts of a row."""
    date = row.get("deprecation_date")
    return PriceTableFacts(
        context_window=_count(row.get("max_input_tokens")),
        max_output_tokens=_count(row.get("max_output_tokens")),
        price=_price_of(row),
        capabilities=tuple(name for key, name in _CAPABILITIES.items() if row.get(key) is True),
        deprecation_date=date if isinstance(date, str) and _DATE.fullmatch(date) else None,
    )


def _price_of(row: Mapping[str, Any]) -> Price | None:
    steps = list(_steps(row))
    base = steps[0] if steps and steps[0].above == 0 else None
    if base is None or not (base.input or base.output):
        return None
    tiers = tuple(sorted(steps[1:], key=lambda tier: tier.above))
    return Price(
        base.input, base.output, base.cached_input, base.reasoning, tiers, base.cache_write
    )


def _steps(row: Mapping[str, Any]) -> Iterator[PriceTier]:
    """The prices for prompts of any length, then those for longer ones."""
    if isinstance(row.get("tiered_pricing"), list):
        for step in cast("list[Any]", row["tiered_pricing"]):
            if isinstance(step, dict):
                yield from _step_of_range(cast("dict[str, Any]", step))
        return
    yield from _step(row, "", 0)
    for name in row:
        if found := _ABOVE.fullmatch(name):
            yield from _step(row, f"_above_{found[1]}k_tokens", int(found[1]) * 1_000)


def _step_of_range(step: Mapping[str, Any]) -> Iterator[PriceTier]:
    bounds: Any = step.get("range")
    if isinstance(bounds, list) and bounds and isinstance(bounds[0], int | Decimal):
        yield from _step(step, "", int(bounds[0]))


def _step(row: Mapping[str, Any], ending: str, above: int) -> Iterator[PriceTier]:
    given = _per_million(row.get(f"input_cost_per_token{ending}"))
    taken = _per_million(row.get(f"output_cost_per_token{ending}"))
    if taken is None and ending:
        taken = _per_million(row.get("output_cost_per_token"))
    if given is None or taken is None:
        return
    cached = _per_million(row.get(f"cache_read_input_token_cost{ending}"))
    reasoning = None if ending else _per_million(row.get("output_cost_per_reasoning_token"))
    written = _per_million(row.get(f"cache_creation_input_token_cost{ending}"))
    yield PriceTier(above, given, taken, cached, reasoning, written)


def _per_million(value: object) -> Decimal | None:
    """US dollars for a million tokens, of those for one."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    price = Decimal(value)
    if not price.is_finite() or price < 0:
        return None
    return (price.quantize(_EXACTLY) * _MILLION).normalize()


def _count(value: object) -> int | None:
    if isinstance(value, Decimal) and value.is_finite():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None

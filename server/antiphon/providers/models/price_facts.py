"""Converts one row of the table to facts about a model.

Rows are written by many authors: a field that does not have the expected form is unknown. A row
whose prices are both zero is unpriced: the table has zeros for what is paid in another way and for
missing prices, and a price must not be invented.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct

from antiphon.engine.ports import Price, PriceTier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ABOVE: Final = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MILLION: Final = Decimal(1_000_000)
_EXACTLY: Final = Decimal("1e-15")
"""Finer digits of a token's price come from binary fractions: 2.9999999999999997e-07."""

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
"""The names of all fields that are read, for `fullmatch`."""


class PriceTableFacts(Struct, frozen=True):
    """The table's facts about one model. An unknown one is `None`."""

    context_window: int | None = None
    max_output_tokens: int | None = None
    price: Price | None = None
    capabilities: tuple[str, ...] = ()
    deprecation_date: str | None = None


def parse_facts(row: Mapping[str, Any]) -> PriceTableFacts:
    """Returns the facts of a row."""
    date = row.get("deprecation_date")
    return PriceTableFacts(
        context_window=_parse_count(row.get("max_input_tokens")),
        max_output_tokens=_parse_count(row.get("max_output_tokens")),
        price=_parse_price(row),
        capabilities=tuple(name for key, name in _CAPABILITIES.items() if row.get(key) is True),
        deprecation_date=date if isinstance(date, str) and _DATE.fullmatch(date) else None,
    )


def _parse_price(row: Mapping[str, Any]) -> Price | None:
    steps = list(_iterate_tiers(row))
    base = steps[0] if steps and steps[0].above == 0 else None
    if base is None or not (base.input or base.output):
        return None
    tiers = tuple(sorted(steps[1:], key=lambda tier: tier.above))
    return Price(
        base.input, base.output, base.cached_input, base.reasoning, tiers, base.cache_write
    )


def _iterate_tiers(row: Mapping[str, Any]) -> Iterator[PriceTier]:
    """Yields the prices for prompts of any length, then those for longer ones."""
    if isinstance(row.get("tiered_pricing"), list):
        for step in cast("list[Any]", row["tiered_pricing"]):
            if isinstance(step, dict):
                yield from _tier_of_range(cast("dict[str, Any]", step))
        return
    yield from _tier(row, "", 0)
    for name in row:
        if found := _ABOVE.fullmatch(name):
            yield from _tier(row, f"_above_{found[1]}k_tokens", int(found[1]) * 1_000)


def _tier_of_range(step: Mapping[str, Any]) -> Iterator[PriceTier]:
    bounds: Any = step.get("range")
    if isinstance(bounds, list) and bounds and isinstance(bounds[0], int | Decimal):
        yield from _tier(step, "", int(bounds[0]))


def _tier(row: Mapping[str, Any], ending: str, above: int) -> Iterator[PriceTier]:
    input_price = _per_million(row.get(f"input_cost_per_token{ending}"))
    output_price = _per_million(row.get(f"output_cost_per_token{ending}"))
    if output_price is None and ending:
        output_price = _per_million(row.get("output_cost_per_token"))
    if input_price is None or output_price is None:
        return
    cached = _per_million(row.get(f"cache_read_input_token_cost{ending}"))
    reasoning = None if ending else _per_million(row.get("output_cost_per_reasoning_token"))
    written = _per_million(row.get(f"cache_creation_input_token_cost{ending}"))
    yield PriceTier(above, input_price, output_price, cached, reasoning, written)


def _per_million(value: object) -> Decimal | None:
    """Converts US dollars for one token to those for a million."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    price = Decimal(value)
    if not price.is_finite() or price < 0:
        return None
    return (price.quantize(_EXACTLY) * _MILLION).normalize()


def _parse_count(value: object) -> int | None:
    if isinstance(value, Decimal) and value.is_finite():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None

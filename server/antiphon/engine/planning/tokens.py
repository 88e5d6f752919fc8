"""Estimates how many tokens a text has, and computes what tokens cost.

The counts are not exact: figures are marked `estimated` until the provider
gives its own. The rule is four characters of ASCII a token, and two characters of any other
script, which is within about a quarter of the common tokenizers on prose.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from antiphon.model.values.usage import Cost, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.engine.ports import ChatTurn, Price, PriceTier

_PER_TURN: Final = 4
_MILLION: Final = Decimal(1_000_000)


class TokenEstimate:
    """A running estimate of a growing text: `add` is cheap enough for every delta."""

    __slots__ = ("_ascii", "_characters")

    def __init__(self) -> None:
        self._characters = 0
        self._ascii = 0

    def add(self, text: str) -> None:
        """Adds `text` to the estimate."""
        self._characters += len(text)
        self._ascii += len(text) if text.isascii() else len(text.encode("ascii", "ignore"))

    @property
    def tokens(self) -> int:
        """The estimated tokens of all text that was added."""
        return -(-self._ascii // 4) + -(-(self._characters - self._ascii) // 2)


def approximate_tokens(text: str) -> int:
    """Returns the estimated number of tokens of `text`."""
    estimate = TokenEstimate()
    estimate.add(text)
    return estimate.tokens


def approximate_input_tokens(turns: Iterable[ChatTurn]) -> int:
    """Returns the estimated number of tokens of a conversation as it is sent."""
    return sum(approximate_tokens(turn.content) + _PER_TURN for turn in turns)


def at_least(reported: Usage, ours: Usage) -> Usage:
    """Returns a provider's figures, raised to `ours` if more has arrived since."""
    output = max(reported.output_tokens, ours.output_tokens)
    reasoning = max(reported.reasoning_tokens, ours.reasoning_tokens)
    if (output, reasoning) == (reported.output_tokens, reported.reasoning_tokens):
        return reported
    return Usage(
        input_tokens=reported.input_tokens,
        output_tokens=output,
        cached_input_tokens=reported.cached_input_tokens,
        reasoning_tokens=reasoning,
        cache_write_tokens=reported.cache_write_tokens,
    )


def cost_of(usage: Usage, price: Price | None) -> Cost:
    """Returns what `usage` costs, exactly. An unknown price gives an unknown cost.

    If the price says nothing else, reasoning costs as much as output, and cached input and input
    that is written to the cache cost as much as other input. A long prompt has its tier's price
    for all of its tokens and for the answer's.
    """
    if price is None:
        return Cost()
    rate = _find_rate(price, usage.input_tokens + usage.cached_input_tokens)
    cached = rate.input if rate.cached_input is None else rate.cached_input
    reasoning = rate.output if rate.reasoning is None else rate.reasoning
    written = usage.cache_write_tokens or 0
    write = rate.input if rate.cache_write is None else rate.cache_write
    amount = (
        (usage.input_tokens - written) * rate.input
        + written * write
        + usage.cached_input_tokens * cached
        + usage.output_tokens * rate.output
        + usage.reasoning_tokens * reasoning
    ) / _MILLION
    return Cost.of(amount.normalize() if amount else Decimal(0))


def _find_rate(price: Price, prompt_tokens: int) -> Price | PriceTier:
    reached = [tier for tier in price.tiers if prompt_tokens > tier.above]
    return reached[-1] if reached else price

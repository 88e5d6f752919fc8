"""Defines what an answer used: tokens, money and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from antiphon.model.wire import Absent, Wire

if TYPE_CHECKING:
    from decimal import Decimal


class Usage(Wire):
    """Tokens of one or several answers, in four disjoint classes.

    `input_tokens` excludes `cached_input_tokens`; `output_tokens` excludes `reasoning_tokens`.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    reasoning_tokens: int = 0
    cache_write_tokens: Absent[int] = None
    """The part of `input_tokens` that the provider put into its cache, which some charge more for.
    Only of single answers, and only if the provider reports it."""
    source: Literal["estimated", "provider"] = "estimated"
    """`provider` only if the provider counted; a sum is `estimated` if any part is."""

    def __add__(self, other: Usage) -> Usage:
        provider = self.source == other.source == "provider"
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_input_tokens=self.cached_input_tokens + other.cached_input_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            cache_write_tokens=(self.cache_write_tokens or 0) + (other.cache_write_tokens or 0)
            or None,
            source="provider" if provider else "estimated",
        )

    @property
    def total_tokens(self) -> int:
        """All four classes together."""
        return (
            self.input_tokens
            + self.output_tokens
            + self.cached_input_tokens
            + self.reasoning_tokens
        )


class Cost(Wire):
    """Money in US dollars as a decimal string. Unknown is `null`, never zero."""

    amount: str | None = None
    currency: Literal["USD"] = "USD"
    source: Literal["priced", "unpriced"] = "unpriced"

    @classmethod
    def of(cls, amount: Decimal | None) -> Cost:
        """Returns the cost for `amount`, or an unknown cost for `None`."""
        if amount is None:
            return cls()
        return cls(amount=f"{amount:f}", source="priced")


class Latency(Wire):
    """Durations of one answer in milliseconds. `null` means never reached."""

    queued_ms: int = 0
    """The wait for a slot under the provider's concurrency limit."""
    ttft_ms: int | None = None
    """From sending the request to the first token, without the wait for a slot."""
    total_ms: int = 0
    """From the run's start to the end of the answer."""
    tokens_per_second: float | None = None
    """Output tokens divided by the time between the first and the last of them."""

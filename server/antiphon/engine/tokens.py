"""How many tokens a text has, approximately, and what they cost.

Nothing here is exact and nothing claims to be: figures are marked `estimated` until the provider
gives its own. The rule: four characters of ASCII a token, and two characters of any other script,
which is within about a quarter of the common tokenizers on prose.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from antiphon.model.usage import Cost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.engine.ports import ChatTurn, Price
    from antiphon.model.usage import Usage

_PER_TURN: Final = 4
_MILLION: Final = Decimal(1_000_000)


class TokenEstimate:
    """A running estimate of a text that grows: `add` is cheap enough for every delta."""

    __slots__ = ("_ascii", "_characters")

    def __init__(self) -> None:
        self._characters = 0
        self._ascii = 0

    def add(self, text: str) -> None:
        """Counts `text` in."""
        self._characters += len(text)
        self._ascii += len(text) if text.isascii() else len(text.encode("ascii", "ignore"))

    @property
    def tokens(self) -> int:
        """The estimate for all that was added."""
        return -(-self._ascii // 4) + -(-(self._characters - self._ascii) // 2)


def approximate_tokens(text: str) -> int:
    """The estimated number of tokens of `text`."""
    estimate = TokenEstimate()
    estimate.add(text)
    return estimate.tokens


def approximate_input(turns: Iterable[ChatTurn]) -> int:
    """The estimated number of tokens that a conversation takes when it is sent."""
    return sum(approximate_tokens(turn.content) + _PER_TURN for turn in turns)


def cost_of(usage: Usage, price: Price | None) -> Cost:
    """What `usage` costs; reasoning tokens are paid like output. Unknown prices stay unknown."""
    if price is None:
        return Cost()
    cached = price.input if price.cached_input is None else price.cached_input
    amount = (
        usage.input_tokens * price.input
        + usage.cached_input_tokens * cached
        + (usage.output_tokens + usage.reasoning_tokens) * price.output
    ) / _MILLION
    return Cost.of(amount.normalize() if amount else Decimal(0))

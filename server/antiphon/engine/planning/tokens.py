"""Estimates tokens, what they cost, and what to reserve for an answer.

The counts are not exact: figures are marked `estimated` until the provider
gives its own. The rule is four characters of ASCII a token, and two characters of any other
script, which is within about a quarter of the common tokenizers on prose.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.model.values import money
from antiphon.model.values.usage import Cost, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.engine.ports import ChatTurn, ModelCatalog, Price, PriceTier
    from antiphon.model.conversation.session import Pane

LIKELY_OUTPUT: Final = 500
"""Tokens that an answer is expected to have."""
_MIN_OUTPUT: Final = 16
"""For fewer tokens than these the ledger is not asked again: the answer ends."""
_PER_TURN: Final = 4
_MILLION: Final = Decimal(1_000_000)


class TokenEstimate(Struct, eq=False):
    """A running estimate of a growing text: `add` is cheap enough for every delta."""

    characters: int = 0
    ascii: int = 0

    def add(self, text: str) -> None:
        """Adds `text` to the estimate."""
        self.characters += len(text)
        self.ascii += len(text) if text.isascii() else len(text.encode("ascii", "ignore"))

    @property
    def tokens(self) -> int:
        """The estimated tokens of all text that was added."""
        return -(-self.ascii // 4) + -(-(self.characters - self.ascii) // 2)


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
    amount = _amount(usage, price)
    return Cost.of(amount.normalize() if amount else Decimal(0))


def _amount(usage: Usage, price: Price) -> Decimal:
    rate = _find_rate(price, usage.input_tokens + usage.cached_input_tokens)
    cached = rate.input if rate.cached_input is None else rate.cached_input
    reasoning = rate.output if rate.reasoning is None else rate.reasoning
    written = usage.cache_write_tokens or 0
    write = rate.input if rate.cache_write is None else rate.cache_write
    return (
        (usage.input_tokens - written) * rate.input
        + written * write
        + usage.cached_input_tokens * cached
        + usage.output_tokens * rate.output
        + usage.reasoning_tokens * reasoning
    ) / _MILLION


def _find_rate(price: Price, prompt_tokens: int) -> Price | PriceTier:
    reached = [tier for tier in price.tiers if prompt_tokens > tier.above]
    return reached[-1] if reached else price


def find_output_limit(pane: Pane, providers: ModelCatalog) -> int | None:
    """Returns how many tokens an answer may have, or `None` if no limit is known."""
    return pane.params.max_tokens or providers.model_info(pane.model).max_output_tokens


class Rates(Struct, frozen=True):
    """What an answer costs, in picodollars: its prompt, and each token that the model writes."""

    prompt: int
    token: int

    def amount(self, tokens: int) -> int:
        """Returns the cost of the prompt and of `tokens` tokens of an answer, in picodollars."""
        return self.prompt + self.token * tokens

    def tokens(self, amount: int) -> int | None:
        """Returns how many tokens of an answer `amount` pays for, after the prompt.

        Returns `None` if tokens cost nothing.
        """
        return max(0, amount - self.prompt) // self.token if self.token else None


def compute_rates(input_tokens: int, price: Price | None) -> Rates | None:
    """Returns the rates of an answer to so many tokens, `None` without a price.

    Reasoning may cost more than the answer. Which of them the tokens will be is not known yet,
    so the higher rate is used.
    """
    if price is None:
        return None

    def cost(output: int = 0, reasoning: int = 0) -> int:
        usage = Usage(input_tokens=input_tokens, output_tokens=output, reasoning_tokens=reasoning)
        return money.picos(_amount(usage, price))

    prompt = cost()
    return Rates(prompt, max(cost(output=1), cost(reasoning=1)) - prompt)


class AnswerReservation:
    """What is reserved for a running answer, and when more is needed."""

    __slots__ = ("_max_tokens", "answer_id", "check_at_tokens", "rates", "tokens")

    def __init__(self, answer_id: str, rates: Rates, max_tokens: int | None) -> None:
        self.answer_id = answer_id
        self.rates = rates
        self._max_tokens = max_tokens
        self.tokens = min(LIKELY_OUTPUT, self._max_tokens or LIKELY_OUTPUT)
        """How many tokens of the answer the reservation pays for."""
        self.check_at_tokens: int | None = self._threshold()
        """The number of written tokens at which more is reserved. `None`: never."""

    @property
    def amount(self) -> int:
        """The reserved amount, in picodollars."""
        return self.rates.amount(self.tokens)

    def next_amount(self, written: int) -> int:
        """Returns the amount to reserve for an answer that has `written` tokens by now."""
        more = 2 * max(self.tokens, written)
        return self.rates.amount(min(more, self._max_tokens) if self._max_tokens else more)

    def record_grant(self, amount: int, wanted: int) -> None:
        """Records that `amount` is reserved after `wanted` was requested."""
        tokens = self.rates.tokens(amount)
        self.tokens = self.tokens if tokens is None else tokens
        # Other answers may release money, so the budgets are checked once more at the very end.
        self.check_at_tokens = self._threshold() if amount >= wanted else self.tokens

    def postpone(self, written: int) -> None:
        """Postpones the next check, so that a failing ledger is not tried every frame."""
        self.check_at_tokens = written + LIKELY_OUTPUT

    def is_spent(self, written: int) -> bool:
        """Checks whether too little is left for an answer of `written` tokens to go on."""
        if self.check_at_tokens is None or self.tokens == self._max_tokens:
            return False
        return written + _MIN_OUTPUT > self.tokens

    def _threshold(self) -> int | None:
        if not self.rates.token or self.tokens == self._max_tokens:
            return None  # the answer's own limit ends it
        return self.tokens * 3 // 4

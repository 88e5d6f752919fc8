"""Works out how much money to reserve for one answer, while it grows.

At first it pays for the prompt and the likely answer, as an estimate has it. If the answer grows
beyond that, the reservation is raised in steps while the budgets allow, each twice the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from antiphon.engine.planning.estimate import LIKELY_OUTPUT, find_output_limit
from antiphon.engine.planning.tokens import cost_of
from antiphon.engine.ports.ledger import ReservedAmount
from antiphon.model.values import money
from antiphon.model.values.usage import Usage

if TYPE_CHECKING:
    from antiphon.engine.planning.plan import PanePlan
    from antiphon.engine.ports import ModelCatalog, Price

_MIN_TOKENS: Final = 16
"""For fewer tokens than these the ledger is not asked again: the answer ends."""


@dataclass(frozen=True, slots=True)
class Rates:
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


def compute_rates(plan: PanePlan, price: Price | None) -> Rates | None:
    """Returns the rates of a pane, or `None` if the price is not known.

    Reasoning may cost more than the answer. Which of them the tokens will be is not known yet,
    so the higher rate is used.
    """
    if price is None:
        return None

    def cost(output: int = 0, reasoning: int = 0) -> int:
        usage = Usage(
            input_tokens=plan.input_tokens, output_tokens=output, reasoning_tokens=reasoning
        )
        return money.picos(Decimal(cost_of(usage, price).amount or 0))

    prompt = cost()
    return Rates(prompt, max(cost(output=1), cost(reasoning=1)) - prompt)


class AnswerReservation:
    """What is reserved for a running answer, and when more is needed."""

    __slots__ = ("_max_tokens", "answer_id", "check_at_tokens", "rates", "tokens")

    def __init__(self, plan: PanePlan, rates: Rates, providers: ModelCatalog) -> None:
        self.answer_id = plan.answer.id
        self.rates = rates
        # An answer that costs nothing more does not need its model's card.
        self._max_tokens = find_output_limit(plan, providers) if rates.token else None
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
        return written + _MIN_TOKENS > self.tokens

    def _threshold(self) -> int | None:
        if not self.rates.token or self.tokens == self._max_tokens:
            return None  # the answer's own limit ends it
        return self.tokens * 3 // 4


def to_reserved_amount(plan: PanePlan, reservation: AnswerReservation | None) -> ReservedAmount:
    """Returns what is reserved for a pane before its request is sent.

    The amount is zero if the price is not known.
    """
    amount = 0 if reservation is None else reservation.amount
    return ReservedAmount(plan.answer.id, plan.pane.id, plan.provider, plan.pane.model, amount)

"""What is reserved for one answer: its prompt and so many tokens of what it may come to.

At first that is the likely answer, the figure that the quote calls so. An answer that grows beyond
has its reservation raised in steps, each twice the one before, as long as the budgets have room.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from antiphon.engine.planning.estimate import LIKELY_OUTPUT, longest_answer
from antiphon.engine.planning.tokens import cost_of
from antiphon.engine.ports.ledger import ReservedAmount
from antiphon.model.values import money
from antiphon.model.values.usage import Usage

if TYPE_CHECKING:
    from antiphon.engine.planning.plan import PanePlan
    from antiphon.engine.ports import ModelCatalog, Price

_LEAST_TOKENS: Final = 16
"""An answer that can have fewer tokens than these is not worth another trip to the ledger."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What an answer costs, in picos: its prompt, and each token that the model writes."""

    prompt: int
    token: int

    def amount(self, tokens: int) -> int:
        """The cost of the prompt and of so many tokens."""
        return self.prompt + self.token * tokens

    def tokens(self, amount: int) -> int | None:
        """How many tokens `amount` pays for, beside the prompt; `None` for any number of them."""
        return max(0, amount - self.prompt) // self.token if self.token else None


def rates_of(plan: PanePlan, price: Price | None) -> Rates | None:
    """The rates of a pane; `None` where the price is not known.

    Thinking may cost more than the answer: nobody knows yet what the tokens will be, so the dearer
    rate is taken.
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
    """How far what is reserved for a running answer reaches."""

    __slots__ = ("_most", "answer_id", "check_at_tokens", "rates", "tokens")

    def __init__(self, plan: PanePlan, rates: Rates, providers: ModelCatalog) -> None:
        self.answer_id = plan.answer.id
        self.rates = rates
        # An answer that costs nothing more has no need of its model's card.
        self._most = longest_answer(plan, providers) if rates.token else None
        self.tokens = min(LIKELY_OUTPUT, self._most or LIKELY_OUTPUT)
        """Those that are paid for."""
        self.check_at_tokens: int | None = self._threshold()
        """How many tokens must be written before more is reserved; `None` for never."""

    @property
    def amount(self) -> int:
        """What is reserved for `tokens`."""
        return self.rates.amount(self.tokens)

    def next_amount(self, written: int) -> int:
        """The amount to reserve for an answer that has `written` tokens by now."""
        more = 2 * max(self.tokens, written)
        return self.rates.amount(min(more, self._most) if self._most else more)

    def granted(self, amount: int, wanted: int) -> None:
        """`amount` is reserved, where `wanted` was asked for."""
        tokens = self.rates.tokens(amount)
        self.tokens = self.tokens if tokens is None else tokens
        # What others give back may make room: it is looked for once more, at the very end.
        self.check_at_tokens = self._threshold() if amount >= wanted else self.tokens

    def postpone(self, written: int) -> None:
        """The ledger cannot be written: it is not tried again with every frame."""
        self.check_at_tokens = written + LIKELY_OUTPUT

    def is_spent(self, written: int) -> bool:
        """Whether nothing that counts is left for an answer of `written` tokens."""
        if self.check_at_tokens is None or self.tokens == self._most:
            return False
        return written + _LEAST_TOKENS > self.tokens

    def _threshold(self) -> int | None:
        if not self.rates.token or self.tokens == self._most:
            return None  # its own limit ends it
        return self.tokens * 3 // 4


def hold_of(plan: PanePlan, cover: AnswerReservation | None) -> ReservedAmount:
    """What is reserved for a pane before its request leaves; nothing where no price is known."""
    amount = 0 if cover is None else cover.amount
    return ReservedAmount(plan.answer.id, plan.pane.id, plan.provider, plan.pane.model, amount)

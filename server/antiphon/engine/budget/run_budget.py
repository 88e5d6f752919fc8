"""Keeps one run within the budgets: reservations, their increases, and warnings."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.budget.messages import UNPRICED, to_budget_warning, used_up_failure
from antiphon.engine.planning.estimate import LIKELY_OUTPUT, find_output_limit
from antiphon.engine.planning.tokens import cost_of
from antiphon.engine.ports.ledger import Reservation, ReservedAmount, SpendingScope
from antiphon.model.failure import AntiphonError
from antiphon.model.values import money
from antiphon.model.values.times import now
from antiphon.model.values.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.planning.plan import PanePlan, RunPlan
    from antiphon.engine.ports import ModelCatalog, Price
    from antiphon.engine.ports.ledger import BudgetLimit, Ledger
    from antiphon.model.commands.budget import BudgetWarning

_MIN_TOKENS: Final = 16
"""For fewer tokens than these the ledger is not asked again: the answer ends."""


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


_log = logging.getLogger(__name__)


class RunBudget:
    """The reservations of one run's answers, and the budgets that they count against."""

    def __init__(
        self,
        plan: RunPlan,
        providers: ModelCatalog,
        ledger: Ledger,
        limits: Sequence[BudgetLimit],
        notify: Callable[[BudgetWarning], None],
        *,
        confirmed: bool,
    ) -> None:
        self._ledger = ledger
        self._notify = notify
        panes = {each.pane.id: each for each in plan.panes}
        self._limits = [
            limit
            for limit in limits
            if any(limit.covers(each.provider, each.pane.model) for each in plan.panes)
        ]
        self._reservations: dict[str, AnswerReservation] = {}
        for pane_id, each in panes.items():
            rates = compute_rates(each, providers.price(each.pane.model))
            if rates is not None:
                self._reservations[pane_id] = AnswerReservation(each, rates, providers)
        self._blocking = {
            pane_id: [
                limit
                for limit in self._blocking_limits()
                if limit.covers(each.provider, each.pane.model)
            ]
            for pane_id, each in panes.items()
            if not confirmed
        }
        self.may_grow = any(self._blocking.values())
        """Whether `top_up` may have something to do: only if a budget can stop an answer."""
        self.reservation = Reservation(
            SpendingScope(now(), plan.run_id, plan.session.id),
            [
                to_reserved_amount(each, self._reservations.get(pane_id))
                for pane_id, each in panes.items()
            ],
            self._blocking_limits(),
            confirmed,
        )
        self.warnings: list[BudgetWarning] = []
        """The warnings that this run gave rise to."""

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The budgets whose views must be refreshed, as `ChangeNotifier` expects them."""
        return [("budget", scope) for scope in dict.fromkeys(limit.scope for limit in self._limits)]

    def note_unpriced(self, panes: Sequence[LivePane]) -> None:
        """Adds a note to answers of models without a known price: no budget counts them."""
        for live in panes:
            pane = live.plan
            if pane.pane.id not in self._reservations and any(
                limit.covers(pane.provider, pane.pane.model) for limit in self._limits
            ):
                live.lasting_notes.append(UNPRICED)

    async def top_up(self, panes: Sequence[LivePane]) -> list[LivePane]:
        """Reserves more for answers that need it and returns those that have to stop.

        The reason is in their `out_of_budget`. Costs one comparison for a pane that needs nothing.
        """
        stopped: list[LivePane] = []
        for live in panes:
            reservation = self._reservations.get(live.plan.pane.id)
            if (
                reservation is None
                or reservation.check_at_tokens is None
                or live.result is not None
            ):
                continue
            if live.usage_meter.written >= reservation.check_at_tokens and not live.out_of_budget:
                limits = self._blocking.get(live.plan.pane.id)
                if not limits:
                    reservation.check_at_tokens = None
                elif await self._is_spent(live, reservation, limits):
                    stopped.append(live)
        return stopped

    async def check_thresholds(self) -> None:
        """Sends the warnings that are due."""
        if not self._limits:
            return
        try:
            crossings = await self._ledger.crossings(self._limits, self.reservation.scope)
        except AntiphonError:
            return  # the write queue reports that the history cannot be written; a warning can wait
        for crossing in crossings:
            warning = to_budget_warning(crossing)
            _log.info("budget: %s", warning.message)
            self.warnings.append(warning)
            self._notify(warning)

    def _blocking_limits(self) -> list[BudgetLimit]:
        return [limit for limit in self._limits if limit.blocks]

    async def _is_spent(
        self, live: LivePane, reservation: AnswerReservation, limits: Sequence[BudgetLimit]
    ) -> bool:
        scope = self.reservation.scope
        wanted = reservation.next_amount(live.usage_meter.written)
        try:
            granted = await self._ledger.extend(reservation.answer_id, wanted, limits, scope)
            reservation.record_grant(granted, wanted)
            _log.debug(
                "%d of %d picodollars more are reserved for %s",
                granted,
                wanted,
                live.plan.pane.model,
            )
            if granted >= wanted:
                return False  # the next check sees what was written meanwhile
            await self.check_thresholds()
            if not reservation.is_spent(live.usage_meter.written):
                return False
            usages = await self._ledger.usages(limits, scope)
        except AntiphonError:
            reservation.postpone(live.usage_meter.written)  # a failing history stops no answer
            return False
        live.out_of_budget = used_up_failure(min(usages, key=lambda usage: usage.remaining))
        message = live.out_of_budget.message
        _log.debug(
            "%s: %s", live.plan.pane.model, message, extra={"figures": {"pane": live.plan.pane.id}}
        )
        return True

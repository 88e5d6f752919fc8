"""Keeps one run within the budgets: reservations, their increases, and warnings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from antiphon.engine.budget.messages import UNPRICED, to_budget_warning, used_up_failure
from antiphon.engine.budget.reservation import AnswerReservation, compute_rates, to_reserved_amount
from antiphon.engine.ports.ledger import Reservation, SpendingScope
from antiphon.model.failure import AntiphonError
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.planning.plan import RunPlan
    from antiphon.engine.ports import ModelCatalog
    from antiphon.engine.ports.ledger import BudgetLimit, Ledger
    from antiphon.model.commands.budget import BudgetWarning

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
                live.standing_notes.append(UNPRICED)

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
            if live.tally.written >= reservation.check_at_tokens and not live.out_of_budget:
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
            crossings = await self._ledger.crossings(self._limits, self.reservation.moment)
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
        scope = self.reservation.moment
        wanted = reservation.next_amount(live.tally.written)
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
            if not reservation.is_spent(live.tally.written):
                return False
            usages = await self._ledger.standings(limits, scope)
        except AntiphonError:
            reservation.postpone(live.tally.written)  # a failing history stops no answer
            return False
        live.out_of_budget = used_up_failure(min(usages, key=lambda usage: usage.remaining))
        message = live.out_of_budget.message
        _log.debug(
            "%s: %s", live.plan.pane.model, message, extra={"figures": {"pane": live.plan.pane.id}}
        )
        return True

"""Limits what is spent for each run, session, day and month.

A run's likely cost is reserved for all of its answers at once, in the transaction that stores the
run, and more is reserved while they grow; docs/budgets.md has the rules.
"""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from antiphon.engine.budget.messages import (
    UNPRICED,
    over_budget_error,
    to_budget_status,
    to_budget_warning,
    used_up_failure,
)
from antiphon.engine.planning.tokens import (
    AnswerReservation,
    compute_rates,
    find_output_limit,
)
from antiphon.engine.ports.ledger import (
    BudgetLimit,
    OverBudgetError,
    Reservation,
    ReservedAmount,
    SpendingScope,
)
from antiphon.model.failure import AntiphonError
from antiphon.model.values import money
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.planning.plan import PanePlan, RunPlan
    from antiphon.engine.ports import History, ModelCatalog
    from antiphon.engine.ports.ledger import Ledger
    from antiphon.model.commands.budget import (
        BudgetAction,
        BudgetScope,
        BudgetStatus,
        BudgetWarning,
    )

_log = logging.getLogger(__name__)


class Budget(Struct, frozen=True):
    """One budget as the user set it."""

    scope: BudgetScope
    limit: Decimal
    """US dollars."""
    provider: str | None = None
    model: str | None = None
    warn_at: Decimal = Decimal("0.8")
    """The share of the limit at which a warning is given."""
    action: BudgetAction = "block"

    def to_limit(self) -> BudgetLimit:
        """Returns the limit with amounts in picodollars, as the ledger counts against it."""
        return BudgetLimit(
            scope=self.scope,
            limit=money.picos(self.limit),
            warn_at=money.picos(self.limit * self.warn_at),
            blocks=self.action == "block",
            warn_share=f"{self.warn_at:f}",
            provider=self.provider,
            model=self.model,
        )


class Budgets:
    """The user's budgets over one history."""

    def __init__(self, history: History, providers: ModelCatalog) -> None:
        self._history = history
        self._providers = providers
        self._limits: tuple[BudgetLimit, ...] = ()
        self.notify: Callable[[BudgetWarning], None] = lambda _: None
        """Is called with each warning that a run gives rise to."""

    def set_budgets(self, budgets: Iterable[Budget]) -> None:
        """Replaces the budgets.

        A run that has begun keeps to those that it began with.
        """
        self._limits = tuple(budget.to_limit() for budget in budgets)

    async def begin(self, plan: RunPlan, *, allow_over: bool) -> RunBudget:
        """Stores the run with its reservations and returns its budget.

        If `allow_over`, the user has confirmed that the run may exceed the budgets.

        Raises `AntiphonError` of kind `budget` if a budget that blocks has less left than the run
        is likely to cost, and what `History.begin_run` raises. Nothing is stored then.
        """
        run_budget = self._budget_of(plan, confirmed=allow_over)
        start = replace(plan.start(), reservation=run_budget.reservation)
        try:
            await self._history.begin_run(start)
        except OverBudgetError:
            await self._history.recover()  # a server that has ended keeps no reservation
            try:
                await self._history.begin_run(start)
            except OverBudgetError as over:
                refused = over_budget_error(over)
                _log.info("the run is not sent: %s", refused.failure.message)
                raise refused from None
        await run_budget.check_thresholds()
        return run_budget

    async def find_excess(self, plan: RunPlan) -> OverBudgetError | None:
        """Returns the first blocking budget with less left than the run's likely cost."""
        reservation = self._budget_of(plan, confirmed=False).reservation
        if not reservation.budgets:
            return None
        for usage in await self._history.ledger.usages(reservation.budgets, reservation.scope):
            covers = usage.budget.covers
            counted = [each for each in reservation.amounts if covers(each.provider, each.model)]
            needed = sum(each.amount for each in counted)
            if needed > usage.remaining:
                return OverBudgetError(usage, needed)
        return None

    def _budget_of(self, plan: RunPlan, *, confirmed: bool) -> RunBudget:
        limits = self._limits
        if plan.limit is not None:
            limits = (*limits, Budget("run", plan.limit).to_limit())
        if plan.session_limit is not None:
            limits = (*limits, Budget("session", plan.session_limit).to_limit())
        return RunBudget(
            plan,
            self._providers,
            self._history.ledger,
            limits,
            self.notify,
            confirmed=confirmed,
        )

    async def statuses(self, scope: SpendingScope) -> list[BudgetStatus]:
        """Returns how much is left of every budget, for the time and run of `scope`."""
        if not self._limits:
            return []
        usages = await self._history.ledger.usages(self._limits, scope)
        return [to_budget_status(usage) for usage in usages]


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
            rates = compute_rates(each.input_tokens, providers.price(each.pane.model))
            if rates is not None:
                # An answer that costs nothing more does not need its model's card.
                most = find_output_limit(each.pane, providers) if rates.token else None
                self._reservations[pane_id] = AnswerReservation(each.answer.id, rates, most)
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


def to_reserved_amount(plan: PanePlan, reservation: AnswerReservation | None) -> ReservedAmount:
    """Returns what is reserved for a pane at first, zero without a price."""
    amount = 0 if reservation is None else reservation.amount
    return ReservedAmount(plan.answer.id, plan.pane.id, plan.provider, plan.pane.model, amount)

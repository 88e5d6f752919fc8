"""Limits what is spent for each run, session, day and month.

A run's likely cost is reserved for all of its answers at once, in the transaction that stores the
run; docs/budgets.md has the rules.
"""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from antiphon.engine.budget.messages import over_budget_error, to_budget_status
from antiphon.engine.budget.run_budget import RunBudget
from antiphon.engine.ports.ledger import BudgetLimit, OverBudgetError
from antiphon.model.values import money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from antiphon.engine.planning.plan import RunPlan
    from antiphon.engine.ports import History, ModelCatalog
    from antiphon.engine.ports.ledger import SpendingScope
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

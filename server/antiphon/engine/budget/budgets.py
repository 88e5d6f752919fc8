"""Budgets: what may be spent for each run, session, day and month.

A run's likely cost is reserved for all of its answers at once, in the transaction that stores the
run; docs/budgets.md has the rules.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from antiphon.engine.budget.messages import refusal, status_of
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


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget as the person set it."""

    scope: BudgetScope
    limit: Decimal
    """US dollars."""
    provider: str | None = None
    model: str | None = None
    warn_at: Decimal = Decimal("0.8")
    """The share of the limit from which on there is a warning."""
    action: BudgetAction = "block"

    def cap(self) -> BudgetLimit:
        """As it is counted against."""
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
    """The person's budgets over one history."""

    def __init__(self, history: History, providers: ModelCatalog) -> None:
        self._history = history
        self._providers = providers
        self._caps: tuple[BudgetLimit, ...] = ()
        self.tell: Callable[[BudgetWarning], None] = lambda _: None
        """Is called with each warning."""

    def set_budgets(self, budgets: Iterable[Budget]) -> None:
        """Takes the person's budgets in; what is running keeps to those that it began with."""
        self._caps = tuple(budget.cap() for budget in budgets)

    async def begin(self, plan: RunPlan, *, allow_over: bool) -> RunBudget:
        """Stores the run with what is reserved for it.

        Raises `AntiphonError` of kind `budget` where a budget that blocks has less left than the
        run is likely to take, and what `History.begin_run` raises; nothing is stored then.
        """
        purse = RunBudget(
            plan,
            self._providers,
            self._history.ledger,
            self._caps,
            self.tell,
            confirmed=allow_over,
        )
        start = replace(plan.start(), reservation=purse.reservation)
        try:
            await self._history.begin_run(start)
        except OverBudgetError:
            await self._history.recover()  # servers that are gone hold nothing
            try:
                await self._history.begin_run(start)
            except OverBudgetError as over:
                refused = refusal(over)
                _log.info("the run is not sent: %s", refused.failure.message)
                raise refused from None
        await purse.check_thresholds()
        return purse

    async def statuses(self, moment: SpendingScope) -> list[BudgetStatus]:
        """How much is left of every budget."""
        if not self._caps:
            return []
        standings = await self._history.ledger.standings(self._caps, moment)
        return [status_of(standing) for standing in standings]

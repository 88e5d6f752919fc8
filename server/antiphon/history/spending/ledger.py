"""Implements `antiphon.engine.ports.ledger.Ledger` over the history's file, for one user."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from antiphon.history.spending import budget_usage, writes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports.ledger import (
        BudgetLimit,
        BudgetUsage,
        SpendingScope,
        ThresholdCrossed,
    )
    from antiphon.history.sql.connection import Connection
    from antiphon.history.sql.database import Database, UserReader
    from antiphon.model.commands.meter import MeterParams, MeterResult


class SqlLedger:
    """Stores reservations and what was spent, as the port `Ledger` describes."""

    def __init__(self, database: Database, reader: UserReader) -> None:
        self._database = database
        self._reader = reader
        self._owner = reader.user

    async def extend(
        self, answer_id: str, amount: int, budgets: Sequence[BudgetLimit], scope: SpendingScope
    ) -> int:
        work = partial(
            writes.extend,
            answer_id=answer_id,
            amount=amount,
            budgets=budgets,
            scope=scope,
            owner=self._owner,
        )
        return await self._database.write(work)

    async def usages(
        self, budgets: Sequence[BudgetLimit], scope: SpendingScope
    ) -> list[BudgetUsage]:
        work = partial(_usages, budgets=budgets, scope=scope, owner=self._owner)
        return await self._reader.read(work)

    async def latest(self) -> tuple[str | None, str | None]:
        return await self._reader.read(partial(budget_usage.latest, owner=self._owner))

    async def crossings(
        self, budgets: Sequence[BudgetLimit], scope: SpendingScope
    ) -> list[ThresholdCrossed]:
        work = partial(budget_usage.crossings, budgets=budgets, scope=scope, owner=self._owner)
        return await self._database.write(work)

    async def check_known(
        self, *, session_id: str | None = None, run_id: str | None = None
    ) -> None:
        work = partial(budget_usage.check_known, session_id=session_id, run_id=run_id)
        await self._reader.read(work)

    async def totals(self, params: MeterParams) -> MeterResult:
        from antiphon.history.spending.totals import (  # noqa: PLC0415 - for a meter only
            reads_answers,
            totals,
        )

        work = partial(totals, params=params, owner=self._owner)
        if not reads_answers(params):
            return await self._reader.read(work)
        return await self._reader.read_apart(work)  # a long sum delays no other read


def _usages(
    connection: Connection,
    budgets: Sequence[BudgetLimit],
    scope: SpendingScope,
    owner: str,
) -> list[BudgetUsage]:
    return [budget_usage.budget_usage_of(connection, budget, scope, owner) for budget in budgets]

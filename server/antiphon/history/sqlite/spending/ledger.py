"""Implements `antiphon.engine.ports.ledger.Ledger` over the history's file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from antiphon.history.sqlite.driver.reader import reader_apart
from antiphon.history.sqlite.spending import budget_usage, writes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from antiphon.engine.ports.ledger import (
        BudgetLimit,
        BudgetUsage,
        SpendingScope,
        ThresholdCrossed,
    )
    from antiphon.history.sqlite.driver.reader import Reader
    from antiphon.history.sqlite.driver.writer import Writer
    from antiphon.model.commands.meter import MeterParams, MeterResult


class SqliteLedger:
    """Stores reservations and what was spent, as the port `Ledger` describes."""

    def __init__(self, writer: Writer, reader: Reader, path: Path | None) -> None:
        self._writer = writer
        self._reader = reader
        self._path = path

    async def extend(
        self, answer_id: str, amount: int, budgets: Sequence[BudgetLimit], scope: SpendingScope
    ) -> int:
        work = partial(
            writes.extend, answer_id=answer_id, amount=amount, budgets=budgets, scope=scope
        )
        return await self._writer.write(work)

    async def usages(
        self, budgets: Sequence[BudgetLimit], scope: SpendingScope
    ) -> list[BudgetUsage]:
        return await self._reader.read(partial(_usages, budgets=budgets, scope=scope))

    async def latest(self) -> tuple[str | None, str | None]:
        return await self._reader.read(budget_usage.latest)

    async def crossings(
        self, budgets: Sequence[BudgetLimit], scope: SpendingScope
    ) -> list[ThresholdCrossed]:
        return await self._writer.write(
            partial(budget_usage.crossings, budgets=budgets, scope=scope)
        )

    async def totals(self, params: MeterParams) -> MeterResult:
        from antiphon.history.sqlite.spending.totals import (  # noqa: PLC0415 - for a meter only
            reads_answers,
            totals,
        )

        work = partial(totals, params=params)
        if self._path is None or not reads_answers(params):
            return await self._reader.read(work)
        async with reader_apart(self._path) as reader:  # a long sum delays no other read
            return await reader.read(work)


def _usages(
    connection: sqlite3.Connection, budgets: Sequence[BudgetLimit], scope: SpendingScope
) -> list[BudgetUsage]:
    return [budget_usage.budget_usage_of(connection, budget, scope) for budget in budgets]

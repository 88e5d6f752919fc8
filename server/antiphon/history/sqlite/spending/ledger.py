"""The ledger in SQLite: `antiphon.engine.ports.ledger.Ledger` over the history's file."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import anyio

from antiphon.history.sqlite.driver.connection import WorkerConnection, connect
from antiphon.history.sqlite.driver.errors import storage_error
from antiphon.history.sqlite.driver.transaction import snapshot
from antiphon.history.sqlite.spending import budget_usage, writes
from antiphon.history.sqlite.spending.totals import reads_answers, totals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from antiphon.engine.ports.ledger import (
        BudgetLimit,
        BudgetUsage,
        SpendingScope,
        ThresholdCrossed,
    )
    from antiphon.history.sqlite.driver.writer import Writer
    from antiphon.model.commands.meter import MeterParams, MeterResult

T = TypeVar("T")


class SqliteLedger:
    """Keeps what is held and what was spent; see the port."""

    def __init__(self, writer: Writer, reading: WorkerConnection, path: Path | None) -> None:
        self._writer = writer
        self._reading = reading
        self._path = path

    async def extend(
        self, answer_id: str, amount: int, caps: Sequence[BudgetLimit], moment: SpendingScope
    ) -> int:
        """Raises what is held for a running answer, as far as `caps` allow; what is held then."""
        work = partial(writes.extend, answer_id=answer_id, amount=amount, caps=caps, moment=moment)
        return await self._writer.write(work)

    async def standings(
        self, caps: Sequence[BudgetLimit], moment: SpendingScope
    ) -> list[BudgetUsage]:
        """What has been used of each budget."""
        return await self._read(self._reading, partial(_standings, caps=caps, moment=moment))

    async def crossings(
        self, caps: Sequence[BudgetLimit], moment: SpendingScope
    ) -> list[ThresholdCrossed]:
        """Thresholds that were reached and not given before; they count as given then."""
        return await self._writer.write(partial(budget_usage.crossings, caps=caps, moment=moment))

    async def totals(self, params: MeterParams) -> MeterResult:
        """The sums that a meter shows; nobody waits where they take a while."""
        work = partial(totals, params=params)
        if self._path is None or not reads_answers(params):
            return await self._read(self._reading, work)
        connector = partial(connect, self._path, read_only=True)
        connection: WorkerConnection | None = None
        try:
            connection = await WorkerConnection(connector).opened()
            return await self._read(connection, work)
        except sqlite3.Error as problem:
            raise storage_error(problem) from problem
        finally:
            if connection is not None:
                with anyio.CancelScope(shield=True):
                    await connection.close()

    async def _read(
        self, connection: WorkerConnection, work: Callable[[sqlite3.Connection], T]
    ) -> T:
        try:
            return await connection.run(partial(_in_snapshot, work))
        except sqlite3.Error as problem:
            raise storage_error(problem) from problem


def _in_snapshot(work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
    with snapshot(connection):
        return work(connection)


def _standings(
    connection: sqlite3.Connection, caps: Sequence[BudgetLimit], moment: SpendingScope
) -> list[BudgetUsage]:
    return [budget_usage.budget_usage_of(connection, cap, moment) for cap in caps]

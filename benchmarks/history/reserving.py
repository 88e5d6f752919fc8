"""One of several processes that reserve and settle at once; prints the median in microseconds.

    python -m benchmarks.history.reserving ours|direct PATH COUNT

`direct` is what any reservation takes at least: one transaction that writes one row, by `sqlite3`
alone, or by asyncpg if PATH is the address of a PostgreSQL.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import closing
from typing import Final

from antiphon.engine.ports import RunStart
from antiphon.engine.ports.ledger import BudgetLimit, Reservation, ReservedAmount, SpendingScope
from antiphon.history import open_history
from antiphon.history.sqlite.driver.connection import connect
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Pane, Session
from antiphon.model.values import money
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now
from benchmarks.harness.sampling import median
from benchmarks.history.postgresql.cluster import connect_alone

_CAPS: Final = [
    BudgetLimit(scope, 10**6 * money.PICOS, 10**6 * money.PICOS, blocks=True)
    for scope in ("run", "session", "day", "month")
]


def main() -> None:
    """Runs what the command line says."""
    way, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if way == "ours":
        times = asyncio.run(_ours(path, count))
    elif path.startswith("postgresql://"):
        times = asyncio.run(_by_asyncpg(path, count))
    else:
        times = _direct(path, count)
    print(f"{1e6 * median(times):.1f}")


def _direct(path: str, count: int) -> list[float]:
    times: list[float] = []
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS floor (held INTEGER)")
        for _ in range(count):
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO floor VALUES (1)")
            connection.execute("COMMIT")
            times.append(time.perf_counter() - began)
    return times


async def _by_asyncpg(url: str, count: int) -> list[float]:
    connection = await connect_alone(url)
    # Only one of all processes may make the table at a time.
    await connection.execute(
        "SELECT pg_advisory_lock(1); CREATE TABLE IF NOT EXISTS floor (held BIGINT); "
        "SELECT pg_advisory_unlock(1)"
    )
    times: list[float] = []
    for _ in range(count):
        began = time.perf_counter()
        await connection.execute("INSERT INTO floor VALUES ($1)", 1)
        times.append(time.perf_counter() - began)
    await connection.close()
    return times


async def _ours(path: str, count: int) -> list[float]:
    history = await open_history(path, server_id=new_id())
    times: list[float] = []
    for _ in range(count):
        start = _run()
        began = time.perf_counter()
        await history.begin_run(start)
        times.append(time.perf_counter() - began)
    await history.aclose()
    return times


def _run() -> RunStart:
    session_id, run_id, pane_id, moment = new_id(), new_id(), new_id(), now()
    pane = Pane(
        id=pane_id,
        session_id=session_id,
        model="loop/a",
        title="a",
        uri="antiphon:/",
        created_at=moment,
    )
    answer = Message(
        id=new_id(),
        pane_id=pane_id,
        run_id=run_id,
        role="assistant",
        content="",
        status="streaming",
        created_at=moment,
    )
    session = Session(id=session_id, title="t", created_at=moment, updated_at=moment, panes=[pane])
    holds = [ReservedAmount(answer.id, pane_id, "loop", "loop/a", 10**9)]
    reservation = Reservation(SpendingScope(moment, run_id, session_id), holds, _CAPS)
    return RunStart(run_id, session, [answer], reservation=reservation)


if __name__ == "__main__":
    main()

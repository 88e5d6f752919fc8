"""Several processes at one budget, and one that is killed while it holds a reservation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports.ledger import BudgetLimit, SpendingScope
from antiphon.model.commands.meter import MeterParams
from antiphon.model.values.times import now
from support import SUPPORT

if TYPE_CHECKING:
    from antiphon.engine.ports.ledger import BudgetUsage
    from antiphon.history.store import SqlHistory

SERVER = SUPPORT / "history" / "spending_server.py"
HOLD = 1_000


def spender(location: Path | str, limit: int, what: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SERVER), str(location), str(limit), str(HOLD), what],
        stdout=subprocess.PIPE,
        text=True,
    )


async def usage(history: SqlHistory, limit: int) -> BudgetUsage:
    budget = BudgetLimit("month", limit, limit, blocks=True)
    (found,) = await history.ledger.usages([budget], SpendingScope(now()))
    return found


@pytest.mark.parametrize(
    ("processes", "requests", "limit"),
    [
        pytest.param(3, 40, 20 * HOLD, id="some"),
        pytest.param(8, 120, 96 * HOLD, id="many", marks=pytest.mark.slow),
    ],
)
async def test_processes_at_a_cap_end_within_one_reservation_of_it(
    opened, location: Path | str, processes: int, requests: int, limit: int
) -> None:
    await opened()
    spenders = [spender(location, limit, str(requests)) for _ in range(processes)]
    admitted = [int(each.communicate(timeout=100)[0]) for each in spenders]
    assert [each.returncode for each in spenders] == [0] * processes

    history = await opened()
    found = await usage(history, limit)
    assert limit - HOLD < found.spent <= limit
    assert found.reserved == 0
    total = (await history.ledger.totals(MeterParams())).total
    assert total.answers == sum(admitted) < processes * requests


async def test_what_a_killed_process_held_is_reaped(opened, location: Path | str) -> None:
    history = await opened()
    doomed = spender(location, HOLD, "hold")
    assert doomed.stdout is not None
    assert doomed.stdout.readline() == "holding\n"
    await history.recover()
    assert (await usage(history, HOLD)).reserved == HOLD, "it is alive"
    doomed.kill()
    doomed.communicate(timeout=10)

    await history.recover()

    found = await usage(history, HOLD)
    assert (found.spent, found.reserved) == (HOLD, 0)

"""Spends against one budget, request after request, beside other processes that do the same.

    spending_server.py PATH BUDGET AMOUNT REQUESTS    reserves AMOUNT, pays some of it, per request
    spending_server.py PATH BUDGET AMOUNT hold        reserves AMOUNT, sends text, waits for its end

Prints how many requests were let through, or `holding`.
"""

from __future__ import annotations

import asyncio
import random
import sys

from antiphon.engine.ports import AnswerEnd, Attempt, RunStart, TextChunk
from antiphon.engine.ports.ledger import (
    BudgetLimit,
    OverBudgetError,
    Reservation,
    ReservedAmount,
    SpendingScope,
)
from antiphon.history import open_history
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Pane, Session
from antiphon.model.values import money
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now
from antiphon.model.values.usage import Cost, Usage


def new_run(budget: BudgetLimit, hold: int) -> tuple[RunStart, Message]:
    session_id, run_id, pane_id, moment = new_id(), new_id(), new_id(), now()
    pane = Pane(
        id=pane_id,
        session_id=session_id,
        model="demo/a",
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
        model="demo/a",
    )
    session = Session(id=session_id, title="t", created_at=moment, updated_at=moment, panes=[pane])
    amounts = [ReservedAmount(answer.id, pane_id, "demo", "demo/a", hold)]
    reservation = Reservation(SpendingScope(moment, run_id, session_id), amounts, [budget])
    return RunStart(run_id, session, [answer], reservation=reservation), answer


async def spend(path: str, budget: BudgetLimit, hold: int, requests: int) -> int:
    history = await open_history(path, server_id=new_id())
    admitted = 0
    for _ in range(requests):
        start, answer = new_run(budget, hold)
        try:
            await history.begin_run(start)
        except OverBudgetError:
            continue
        admitted += 1
        cost = Cost(amount=money.dollars(random.randint(hold // 2, hold)), source="priced")
        usage = Usage(output_tokens=1, source="provider")
        update = {"content": "x", "status": "complete", "usage": usage, "cost": cost}
        await history.record(
            [Attempt(answer.id, 1, None), AnswerEnd(answer.model_copy(update=update))]
        )
    await history.aclose()
    return admitted


async def reserve_for_ever(path: str, budget: BudgetLimit, hold: int) -> None:
    history = await open_history(path, server_id=new_id())
    start, answer = new_run(budget, hold)
    await history.begin_run(start)
    await history.record([TextChunk(answer.id, "some")])
    print("holding", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    path, limit, hold = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    budget = BudgetLimit("month", limit, limit, blocks=True)
    if sys.argv[4] == "hold":
        asyncio.run(reserve_for_ever(path, budget, hold))
    else:
        print(asyncio.run(spend(path, budget, hold, int(sys.argv[4]))))


if __name__ == "__main__":
    main()

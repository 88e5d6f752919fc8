"""What was spent before there was a ledger is in it, and what was spent elsewhere is not."""

from __future__ import annotations

from contextlib import closing

from antiphon.engine.ports import Attempt
from antiphon.history.conversations import session_writes
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, shipped
from antiphon.history.sqlite.opening.path import make_folders
from antiphon.model.commands.meter import MeterParams
from antiphon.model.values.ids import new_id

PANE, SESSION = new_id(), new_id()
AMOUNTS = ["0.000056", "12", "0.1234567890123456789", None]


def write_old(database) -> None:
    make_folders(database.parent)
    with closing(connect(database)) as connection:
        migrate(connection, shipped()[:2])
        connection.execute("INSERT INTO sessions VALUES (?, 't', 'then', 'then')", (SESSION,))
        connection.execute(
            "INSERT INTO panes (id, session_id, model, title, type, uri, created_at, params, "
            "sources) VALUES (?, ?, 'demo/a', 'a', 'chat', 'antiphon:/', 'then', '{}', '[]')",
            (PANE, SESSION),
        )
        for server in ("here", session_writes.OUTSIDE):
            connection.execute(
                "INSERT INTO runs VALUES (?, ?, ?, 'ended', 'then', 'then')",
                (f"run-{server}", SESSION, server),
            )
            connection.executemany(
                "INSERT INTO messages (id, pane_id, run_id, role, status, created_at, model, "
                "input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, usage_source, "
                "cost_amount, cost_source, content) VALUES "
                "(?, ?, ?, 'assistant', 'complete', '2026-11-01T12:00:00.000Z', 'demo/b', "
                "3, 4, 0, 0, 'estimated', ?, ?, '')",
                [
                    (
                        f"{server}{n}",
                        PANE,
                        f"run-{server}",
                        amount,
                        "priced" if amount else "unpriced",
                    )
                    for n, amount in enumerate(AMOUNTS)
                ],
            )
        connection.execute("INSERT INTO attempts SELECT number, 1, NULL, 'then' FROM messages")


async def test_old_answers_are_in_the_sums_to_the_last_decimal(database, opened) -> None:
    write_old(database)
    history = await opened()
    for group in ("model", "pane"):
        found = await history.ledger.totals(MeterParams(group_by=group))
        total = found.total
        assert (total.answers, total.requests, total.unpriced) == (4, 4, 1)
        assert total.cost.amount == "12.1235127890123456789"
        assert (total.usage.output_tokens, total.estimated.answers) == (16, 4)
    await history.record([Attempt("here0", 2, "network")])

"""Ends answers that a killed server left running as `interrupted`, with their text.

Done when a server opens the history, for every run whose server is not alive any more. Runs of
other living servers are left alone. What was reserved for such an answer counts as spent if text
of it had arrived, and is released if none had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.sqlite.conversations.rows import Streamed, json_of, message_of_row, streamed
from antiphon.history.sqlite.driver.writer import transaction
from antiphon.history.sqlite.opening.server_locks import lock_of_server
from antiphon.history.sqlite.spending import writes
from antiphon.model.failure import Failure
from antiphon.model.values import money
from antiphon.model.values.times import now

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from antiphon.history.sqlite.opening.server_locks import FileLock

_RUNNING: Final = """
    SELECT messages.number, messages.content, messages.reasoning
    FROM messages JOIN runs ON runs.id = messages.run_id
    WHERE runs.server_id = ? AND messages.status = 'streaming'
"""
_INTERRUPT: Final = """
    UPDATE messages SET content = ?, reasoning = ?, status = 'interrupted', error = ?
    WHERE number = ?
"""
# What the provider will bill is unknown. The reservation covers what had arrived.
_PAY: Final = """
    UPDATE messages SET cost_amount = ?, cost_currency = 'USD', cost_source = 'priced'
    WHERE number = ?
"""
_WAS_SENT: Final = """
    INSERT INTO attempts (message, number, failure_kind, at)
    SELECT ?1, 1 + ifnull(max(number), 0), 'interrupted', ?2 FROM attempts WHERE message = ?1
"""
_HELD: Final = """
    SELECT held FROM spending WHERE answer = (SELECT id FROM messages WHERE number = ?)
"""
_END_RUNS: Final = """
    UPDATE runs SET status = 'interrupted', ended_at = ? WHERE server_id = ? AND ended_at IS NULL
"""


def recover(connection: sqlite3.Connection, database: Path, own_id: str) -> int:
    """Ends what dead servers left running and returns how many answers that were.

    The dead servers' locks are held meanwhile, so that of two servers that start together one
    does it. Raises `sqlite3.Error` or `OSError`; nothing is changed then.
    """
    taken: list[FileLock] = []
    rows = connection.execute("SELECT DISTINCT server_id FROM runs WHERE ended_at IS NULL")
    servers = [row["server_id"] for row in rows]
    ended = 0
    try:
        for server in servers:
            lock = lock_of_server(database, server)
            if server == own_id or not lock.try_acquire():
                continue
            taken.append(lock)
            with transaction(connection):
                ended += _interrupt(connection, server)
    finally:
        for lock in taken:
            lock.release(remove=True)
    return ended


def _interrupt(connection: sqlite3.Connection, server_id: str) -> int:
    failure = Failure.of("interrupted", "The server was stopped in the middle of this answer.")
    running = connection.execute(_RUNNING, (server_id,)).fetchall()
    for row in running:
        number = row["number"]
        so_far = streamed_of(connection, number)
        content, reasoning = row["content"] + so_far.content, so_far.reasoning or row["reasoning"]
        connection.execute(_INTERRUPT, (content, reasoning, json_of(failure), number))
        connection.execute("DELETE FROM chunks WHERE message = ?", (number,))
        _settle(connection, number, paid=bool(content or reasoning))
    connection.execute(_END_RUNS, (now(), server_id))
    return len(running)


def _settle(connection: sqlite3.Connection, number: int, *, paid: bool) -> None:
    hold = connection.execute(_HELD, (number,)).fetchone()
    if paid:
        connection.execute(_WAS_SENT, (number, now()))
    if paid and hold is not None and hold["held"]:
        connection.execute(_PAY, (money.dollars(hold["held"]), number))
    ended = connection.execute("SELECT * FROM messages WHERE number = ?", (number,)).fetchone()
    writes.settle(connection, [message_of_row(ended)])


def streamed_of(connection: sqlite3.Connection, number: int) -> Streamed:
    """Reads the text of a running answer that its server stored."""
    chunks = connection.execute("SELECT * FROM chunks WHERE message = ? ORDER BY rowid", (number,))
    return streamed(chunks)

"""Ends answers that a killed server left running as `interrupted`, with their text.

Which servers are alive is for each database to know. What was reserved for such an answer counts as
spent if text of it had arrived, and is released if none had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.conversations.rows import Streamed, json_of, message_of_row, streamed
from antiphon.history.spending import writes
from antiphon.model.failure import Failure
from antiphon.model.values import money
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from antiphon.history.sql.connection import Connection

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
    SELECT :message, 1 + coalesce(max(number), 0), 'interrupted', :at
    FROM attempts WHERE message = :message
"""
_HELD: Final = """
    SELECT held FROM spending WHERE answer = (SELECT id FROM messages WHERE number = ?)
"""
_END_RUNS: Final = """
    UPDATE runs SET status = 'interrupted', ended_at = ? WHERE server_id = ? AND ended_at IS NULL
"""


def unfinished_servers(connection: Connection) -> list[str]:
    """Returns the ids of the servers that have runs without an end."""
    rows = connection.execute("SELECT DISTINCT server_id FROM runs WHERE ended_at IS NULL")
    return [row["server_id"] for row in rows]


def interrupt(connection: Connection, server_id: str) -> int:
    """Ends what a dead server left running, and returns how many answers that were."""
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


def _settle(connection: Connection, number: int, *, paid: bool) -> None:
    hold = connection.execute(_HELD, (number,)).fetchone()
    if paid:
        connection.execute(_WAS_SENT, {"message": number, "at": now()})
    if paid and hold is not None and hold["held"]:
        connection.execute(_PAY, (money.dollars(hold["held"]), number))
    ended = connection.execute("SELECT * FROM messages WHERE number = ?", (number,)).fetchone()
    writes.settle(connection, [message_of_row(ended)])


def streamed_of(connection: Connection, number: int) -> Streamed:
    """Reads the text of a running answer that its server stored."""
    chunks = connection.execute("SELECT * FROM chunks WHERE message = ? ORDER BY rowid", (number,))
    return streamed(chunks)

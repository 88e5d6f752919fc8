"""Answers that a killed server left running get their end: `interrupted`, with their text.

Done when a server opens the history, for every run whose server is not alive any more. Runs of
other living servers are left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.liveness import lock_of_server
from antiphon.history.rows import json_of
from antiphon.history.transaction import transaction
from antiphon.model.failure import Failure
from antiphon.model.times import now

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from antiphon.history.liveness import FileLock

_RUNNING: Final = """
    SELECT messages.number, messages.content FROM messages JOIN runs ON runs.id = messages.run_id
    WHERE runs.server_id = ? AND messages.status = 'streaming'
"""
_INTERRUPT: Final = (
    "UPDATE messages SET content = ?, status = 'interrupted', error = ? WHERE number = ?"
)
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
        streamed = text_so_far(connection, number)
        connection.execute(_INTERRUPT, (row["content"] + streamed, json_of(failure), number))
        connection.execute("DELETE FROM chunks WHERE message = ?", (number,))
    connection.execute(_END_RUNS, (now(), server_id))
    return len(running)


def text_so_far(connection: sqlite3.Connection, number: int) -> str:
    """The text of a running answer that its server has recorded."""
    chunks = connection.execute(
        "SELECT text FROM chunks WHERE message = ? ORDER BY rowid", (number,)
    )
    return "".join(row["text"] for row in chunks)

"""Ends answers that a killed server left running as `interrupted`, with their text.

Done when a server opens the history, for every run whose server is not alive any more. Runs of
other living servers are left alone. What was reserved for such an answer counts as spent if text
of it had arrived, and is released if none had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.history.conversations.interrupted import interrupt, unfinished_servers
from antiphon.history.sqlite.driver.writer import transaction
from antiphon.history.sqlite.opening.server_locks import lock_of_server

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection
    from antiphon.history.sqlite.opening.server_locks import FileLock


def recover(connection: SqliteConnection, database: Path, own_id: str) -> int:
    """Ends what dead servers left running and returns how many answers that were.

    The dead servers' locks are held meanwhile, so that of two servers that start together one
    does it. Raises `sqlite3.Error` or `OSError`; nothing is changed then.
    """
    taken: list[FileLock] = []
    servers = unfinished_servers(connection)
    ended = 0
    try:
        for server in servers:
            lock = lock_of_server(database, server)
            if server == own_id or not lock.try_acquire():
                continue
            taken.append(lock)
            with transaction(connection):
                ended += interrupt(connection, server)
    finally:
        for lock in taken:
            lock.release(remove=True)
    return ended

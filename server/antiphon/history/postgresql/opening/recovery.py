"""Ends what killed servers left running, by the locks that living ones hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.history.conversations.interrupted import interrupt, unfinished_servers
from antiphon.history.postgresql.driver.connection import lock_key
from antiphon.history.postgresql.driver.presence import server_lock

if TYPE_CHECKING:
    from antiphon.history.postgresql.driver.connection import PostgresqlConnection


def recover(connection: PostgresqlConnection, own_id: str) -> int:
    """Ends the answers of servers that no longer run, and counts them.

    Works in the caller's transaction, one at a time in all servers. A server that is cut off from
    the database counts as dead: when it is back, the whole answer replaces the interrupted one.
    """
    connection.take_turn("recovery")
    ended = 0
    for server in unfinished_servers(connection):
        if server != own_id and not _is_alive(connection, server):
            ended += interrupt(connection, server)
    return ended


def _is_alive(connection: PostgresqlConnection, server: str) -> bool:
    key = lock_key(connection.schema, server_lock(server))
    return not connection.execute("SELECT pg_try_advisory_xact_lock(?)", (key,)).fetchone()[0]

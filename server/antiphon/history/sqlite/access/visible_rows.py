"""Hides the rows of other users behind temporary views that bear the tables' names.

A query that names a table gets the view instead, so that no query can forget whose rows they are.
`main.<table>` is still the whole table, and writes go there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.conversations.access import THIS_MACHINE, views
from antiphon.history.sqlite.driver.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection

OPEN: Final = frozenset({"chunks", "schema_migrations", "search"})
"""Tables without an owner. They are read by the numbers of messages that were found elsewhere."""


class Viewer:
    """For whose eyes a connection reads. Set in the connection's thread, before each read."""

    def __init__(self, name: str = THIS_MACHINE) -> None:
        self.name = name


def hides_others(connection: SqliteConnection) -> bool:
    """Checks whether a connection sees the rows of one user alone."""
    query = "SELECT 1 FROM temp.sqlite_master WHERE name = 'sessions'"
    return connection.execute(query).fetchone() is not None


def hide_others(connection: SqliteConnection, viewer: Viewer) -> None:
    """Lets a connection see the rows of `viewer` alone, until its transaction is rolled back."""
    # It has one value for each statement, which is what "deterministic" means to SQLite.
    connection.create_function("viewer", 0, lambda: viewer.name, deterministic=True)
    # With `+` no index is preferred to that of the query.
    for name, query in views(whole="main", seen="temp", owner="+held.owner"):
        connection.execute(f"CREATE TEMP VIEW {name} AS {query}")


def connect_for(path: Path, viewer: Viewer) -> SqliteConnection:
    """Opens a connection that sees the rows of `viewer` alone."""
    connection = connect(path)
    try:
        hide_others(connection, viewer)
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection

"""Hides the rows of other users behind temporary views that bear the tables' names.

A query that names a table gets the view instead, so that no query can forget whose rows they are.
`main.<table>` is still the whole table, and writes go there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.sessions import EVERYBODY
from antiphon.history.conversations.ownership import NAME_OF_THIS_MACHINE, THIS_MACHINE
from antiphon.history.sqlite.driver.connection import connect

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection

_OF_SESSION: Final = "EXISTS (SELECT 1 FROM temp.sessions AS s WHERE s.id = held.session_id)"
_OF_PANE: Final = """EXISTS (
    SELECT 1 FROM main.panes AS p JOIN temp.sessions AS s ON s.id = p.session_id
    WHERE p.id = held.pane_id
)"""
_OF_MESSAGE: Final = "EXISTS (SELECT 1 FROM temp.messages AS m WHERE m.number = held.message)"
_OF_TEXT: Final = """EXISTS (
    SELECT 1 FROM main.context_uses AS u JOIN temp.messages AS m ON m.number = u.message
    WHERE u.sha256 = held.sha256
)"""
_OF_PIPELINE_RUN: Final = "EXISTS (SELECT 1 FROM temp.pipeline_runs AS r WHERE r.id = held.run_id)"
_OWN: Final = "+held.owner = viewer()"  # with `+` no index is preferred to that of the query

_SESSIONS: Final = f"""
    SELECT id, title, created_at, updated_at,
      CASE owner WHEN viewer() THEN '' WHEN '' THEN '{NAME_OF_THIS_MACHINE}' ELSE owner END
        AS owner
    FROM main.sessions AS held
    WHERE {_OWN} OR EXISTS (
      SELECT 1 FROM main.session_shares AS shared
      WHERE shared.session_id = held.id AND shared.reader IN (viewer(), '{EVERYBODY}')
    )
"""  # noqa: S608 - names of our own
VISIBLE: Final = {
    "panes": _OF_SESSION,
    "messages": _OF_PANE,
    "session_tags": _OF_SESSION,
    "session_shares": _OF_SESSION,
    "session_comparisons": _OF_SESSION,
    "runs": _OF_SESSION,
    "attempts": _OF_MESSAGE,
    "context_uses": _OF_MESSAGE,
    "contexts": _OF_TEXT,
    "pipelines": _OWN,
    "pipeline_approvals": _OWN,
    "pipeline_runs": _OF_SESSION,
    "pipeline_run_steps": _OF_PIPELINE_RUN,
    "spending": _OWN,
    "spending_figures": _OWN,
    "spending_days": _OWN,
    "budget_warnings": _OWN,
}
"""Which rows of each table a user may read, besides those of `sessions`."""
OPEN: Final = frozenset({"chunks", "schema_migrations", "search"})
"""Tables without an owner. They are read by the numbers of messages that were found elsewhere."""
# Spending outlives its session.
_ANY_OWNER: Final = """
    SELECT EXISTS (SELECT 1 FROM sessions WHERE owner <> '')
      OR EXISTS (SELECT 1 FROM pipelines WHERE owner <> '')
      OR EXISTS (SELECT 1 FROM spending_days WHERE owner > '')
"""


class Viewer:
    """For whose eyes a connection reads. Set in the connection's thread, before each read."""

    def __init__(self, name: str = THIS_MACHINE) -> None:
        self.name = name


def has_other_users(connection: SqliteConnection) -> bool:
    """Checks whether anything belongs to another user than that of this machine."""
    return bool(connection.execute(_ANY_OWNER).fetchone()[0])


def hides_others(connection: SqliteConnection) -> bool:
    """Checks whether a connection sees the rows of one user alone."""
    query = "SELECT 1 FROM temp.sqlite_master WHERE name = 'sessions'"
    return connection.execute(query).fetchone() is not None


def hide_others(connection: SqliteConnection, viewer: Viewer) -> None:
    """Lets a connection see the rows of `viewer` alone, until its transaction is rolled back."""
    # It has one value for each statement, which is what "deterministic" means to SQLite.
    connection.create_function("viewer", 0, lambda: viewer.name, deterministic=True)
    connection.execute(f"CREATE TEMP VIEW sessions AS {_SESSIONS}")
    for table, condition in VISIBLE.items():
        connection.execute(
            f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} AS held WHERE {condition}"  # noqa: S608
        )


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

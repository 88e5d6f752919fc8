"""Says whose rows are whose: what a user may read, change and share.

Queries are written as if nothing belonged to others. Before every table is a view of its name that
shows what the user may read, so that no query can forget whose rows they are. In the conditions
below, `{whole}` is the schema of the tables, `{seen}` that of the views, `{owner}` the owner of the
row, and `viewer()` the user's name.

Every function works inside a transaction or a snapshot that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.sessions import EVERYBODY
from antiphon.history.sql import parameters
from antiphon.model.conflicts import shared_by_another

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.history.sql.connection import Connection

THIS_MACHINE: Final = ""
"""The owner of what belongs to the user of this machine."""
NAME_OF_THIS_MACHINE: Final = "(this machine)"
"""Who shares a session, for others to read. No user has such a name."""

_OWNER: Final = "SELECT owner FROM sessions WHERE id = ?"
_MAY_READ: Final = """
    SELECT 1 FROM session_shares WHERE session_id = ? AND reader IN (?, ?) LIMIT 1
"""

_OF_SESSION: Final = "EXISTS (SELECT 1 FROM {seen}.sessions AS s WHERE s.id = held.session_id)"
_OF_PANE: Final = """EXISTS (
    SELECT 1 FROM {whole}.panes AS p JOIN {seen}.sessions AS s ON s.id = p.session_id
    WHERE p.id = held.pane_id
)"""
_OF_MESSAGE: Final = "EXISTS (SELECT 1 FROM {seen}.messages AS m WHERE m.number = held.message)"
_OF_TEXT: Final = """EXISTS (
    SELECT 1 FROM {whole}.context_uses AS u JOIN {seen}.messages AS m ON m.number = u.message
    WHERE u.sha256 = held.sha256
)"""
_OF_PIPELINE_RUN: Final = (
    "EXISTS (SELECT 1 FROM {seen}.pipeline_runs AS r WHERE r.id = held.run_id)"
)
_OWN: Final = "{owner} = viewer()"

_SESSIONS: Final = f"""
    SELECT id, title, created_at, updated_at,
      CASE owner WHEN viewer() THEN '' WHEN '' THEN '{NAME_OF_THIS_MACHINE}' ELSE owner END
        AS owner
    FROM {{whole}}.sessions AS held
    WHERE {_OWN} OR EXISTS (
      SELECT 1 FROM {{whole}}.session_shares AS shared
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
# Spending outlives its session.
_ANY_OWNER: Final = """
    SELECT EXISTS (SELECT 1 FROM sessions WHERE owner <> '')
      OR EXISTS (SELECT 1 FROM pipelines WHERE owner <> '')
      OR EXISTS (SELECT 1 FROM spending_days WHERE owner > '')
"""


class NotTheirsError(Exception):
    """A session that the user may not even see, or that does not exist."""


def require_owner(connection: Connection, user: str, session_id: str) -> None:
    """Checks that a session belongs to `user`.

    Raises `NotTheirsError` if they may not see it, or if there is none; `AntiphonError`
    (`permission`) if it is shared with them.
    """
    key = parameters.text(session_id)
    row = connection.execute(_OWNER, (key,)).fetchone()
    if row is not None and row["owner"] == user:
        return
    shared = row is not None and connection.execute(_MAY_READ, (key, user, EVERYBODY)).fetchone()
    if shared:
        raise shared_by_another()
    raise NotTheirsError


def share(connection: Connection, session_id: str, readers: Sequence[str]) -> None:
    """Replaces those who may read a session besides its owner."""
    key = parameters.text(session_id)
    connection.execute("DELETE FROM session_shares WHERE session_id = ?", (key,))
    connection.executemany(
        "INSERT INTO session_shares (session_id, reader) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(key, parameters.text(each)) for each in readers],
    )


def list_owners(connection: Connection) -> list[str]:
    """Returns the names of those who have sessions."""
    others = "SELECT DISTINCT owner FROM sessions WHERE owner <> '' ORDER BY owner"
    return [THIS_MACHINE, *(row["owner"] for row in connection.execute(others))]


def load_shares(connection: Connection) -> dict[str, frozenset[str]]:
    """Reads who may read each shared session besides its owner."""
    found: dict[str, set[str]] = {}
    for row in connection.execute("SELECT session_id, reader FROM session_shares"):
        found.setdefault(row["session_id"], set()).add(row["reader"])
    return {session_id: frozenset(readers) for session_id, readers in found.items()}


def views(*, whole: str, seen: str, owner: str = "held.owner") -> Iterator[tuple[str, str]]:
    """Yields the name and the query of each view, in an order that makes them."""
    schemas = {"whole": whole, "seen": seen, "owner": owner}
    yield "sessions", _SESSIONS.format(**schemas)
    for table, condition in VISIBLE.items():
        query = f"SELECT * FROM {whole}.{table} AS held WHERE "  # noqa: S608 - names of our own
        yield table, query + condition.format(**schemas)


def has_other_users(connection: Connection) -> bool:
    """Checks whether anything belongs to another user than that of this machine."""
    return bool(connection.execute(_ANY_OWNER).fetchone()[0])

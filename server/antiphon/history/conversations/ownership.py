"""Checks that a session belongs to its user, and shares it with others.

Every function works inside a transaction or a snapshot that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.sessions import EVERYBODY
from antiphon.history.sql import parameters
from antiphon.model.conflicts import shared_by_another

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.history.sql.connection import Connection

THIS_MACHINE: Final = ""
"""The owner of what belongs to the user of this machine."""
NAME_OF_THIS_MACHINE: Final = "(this machine)"
"""Who shares a session, for others to read. No user has such a name."""

_OWNER: Final = "SELECT owner FROM sessions WHERE id = ?"
_MAY_READ: Final = """
    SELECT 1 FROM session_shares WHERE session_id = ? AND reader IN (?, ?) LIMIT 1
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

"""Finds what an unknown id may have meant: another kind of thing, or a typo.

Every function works inside a snapshot or a transaction that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.not_found import LONGEST_ID, not_found_error
from antiphon.history.sql import parameters
from antiphon.model.closest_names import closest_names

if TYPE_CHECKING:
    from antiphon.history.not_found import Kind
    from antiphon.history.sql.connection import Connection
    from antiphon.model.failure import AntiphonError

_TABLES: Final[dict[Kind, str]] = {"session": "sessions", "pane": "panes", "message": "messages"}
_LATEST: Final[dict[Kind, str]] = {
    "session": "SELECT id FROM sessions ORDER BY updated_at DESC LIMIT 500",
    "pane": "SELECT id FROM panes ORDER BY number DESC LIMIT 500",
    "message": "SELECT id FROM messages WHERE NOT superseded ORDER BY number DESC LIMIT 500",
}
"""The ids among which a mistyped one is looked for: users mostly name recent things."""
_SHORTEST: Final = 6
"""Characters of the beginning of an id: fewer match too many ids."""
_LIKENESS: Final = 0.85
"""Two letters of 26 exchanged, or one too many: ids of the same millisecond share ten."""
_AFTER_ALL: Final = "a"
"""Sorts after every letter that an id has."""


def unknown_id_error(
    connection: Connection, kind: Kind, wanted: str, *, field: str | None = None
) -> AntiphonError:
    """Builds the `not_found` error for `wanted`, with the nearest id that there is."""
    other = _kind_of(connection, wanted)
    nearest = None if other else _nearest(connection, kind, wanted)
    return not_found_error(kind, wanted, other=other, nearest=nearest, field=field)


def _kind_of(connection: Connection, wanted: str) -> Kind | None:
    for kind, table in _TABLES.items():
        query = f"SELECT 1 FROM {table} WHERE id = ?"  # noqa: S608 - names of our own
        if connection.execute(query, (parameters.text(wanted),)).fetchone() is not None:
            return kind
    return None


def _nearest(connection: Connection, kind: Kind, wanted: str) -> str | None:
    """Returns the only id that begins like `wanted`, else the most similar recent one."""
    wanted = wanted.strip().upper()
    if not _SHORTEST <= len(wanted) <= LONGEST_ID or not wanted.isascii():
        return None
    begins = f"SELECT id FROM {_TABLES[kind]} WHERE id >= ? AND id < ? LIMIT 2"  # noqa: S608
    rows = connection.execute(begins, (wanted, f"{wanted}{_AFTER_ALL}")).fetchall()
    if rows:
        return rows[0]["id"] if len(rows) == 1 else None
    latest = [row["id"] for row in connection.execute(_LATEST[kind])]
    alike = closest_names(wanted, latest, likeness=_LIKENESS)
    return alike[0] if alike else None

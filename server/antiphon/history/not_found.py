"""What a person is told whose id names nothing: the id, what it may have been, where to look.

An id is repeated as it was given, escaped and cut: whatever stands there was typed by somebody.
Every function works inside a snapshot or a transaction that its caller has begun.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final, Literal

from antiphon.history.sqlite.driver import parameters
from antiphon.model.failure import error

if TYPE_CHECKING:
    import sqlite3

    from antiphon.model.failure import AntiphonError

Kind = Literal["session", "pane", "message"]

_TABLES: Final[dict[Kind, str]] = {"session": "sessions", "pane": "panes", "message": "messages"}
_LATEST: Final[dict[Kind, str]] = {
    "session": "SELECT id FROM sessions ORDER BY updated_at DESC LIMIT 500",
    "pane": "SELECT id FROM panes ORDER BY number DESC LIMIT 500",
    "message": "SELECT id FROM messages WHERE NOT superseded ORDER BY number DESC LIMIT 500",
}
"""Where a mistyped id is looked for: what somebody names is mostly young."""
_LISTS: Final[dict[Kind, str]] = {
    "session": "`antiphon sessions` (antiphon.session.list) lists those that there are.",
    "pane": "`antiphon show SESSION` (antiphon.session.open) lists the panes of a session.",
    "message": "`antiphon show SESSION` (antiphon.session.open) lists the messages of a session.",
}
_SHORTEST: Final = 6
"""Characters of the beginning of an id: fewer name too much."""
_LIKENESS: Final = 0.85
"""Two letters of 26 exchanged, or one too many: ids of one moment share ten of them."""
_LONGEST_SHOWN: Final = 40
_AFTER_ALL: Final = "a"
"""Stands after every letter that an id has."""


def not_found_error(
    connection: sqlite3.Connection, kind: Kind, wanted: str, *, field: str | None = None
) -> AntiphonError:
    """An exception of kind `not_found` that names the id, and the nearest one that there is."""
    other = _kind_of(connection, wanted)
    nearest = None if other else _nearest(connection, kind, wanted)
    hint = _LISTS[kind]
    if other:
        hint = f"That is the id of a {other}. {hint}"
    elif nearest:
        hint = f"Did you mean {nearest}? {hint}"
    return error("not_found", f"There is no {kind} {shown(wanted)}.", hint=hint, field=field)


def session_deleted_error(session_id: str) -> AntiphonError:
    """An exception of kind `not_found` for a session that was there when the work on it began."""
    return error(
        "not_found",
        f"The session {shown(session_id)} has been deleted meanwhile. Nothing was sent or stored.",
        hint="Ask in a new session; `antiphon sessions` lists those that there are.",
    )


def shown(wanted: str) -> str:
    """An id as it stands in a sentence."""
    if wanted.isascii() and wanted.isalnum() and len(wanted) <= _LONGEST_SHOWN:
        return wanted
    text = ascii(wanted[:_LONGEST_SHOWN])
    return text if len(wanted) <= _LONGEST_SHOWN else f"{text[:-1]}…{text[-1]}"


def _kind_of(connection: sqlite3.Connection, wanted: str) -> Kind | None:
    for kind, table in _TABLES.items():
        query = f"SELECT 1 FROM {table} WHERE id = ?"  # noqa: S608 - names of our own
        if connection.execute(query, (parameters.text(wanted),)).fetchone() is not None:
            return kind
    return None


def _nearest(connection: sqlite3.Connection, kind: Kind, wanted: str) -> str | None:
    """The only id that begins like `wanted`, else the most alike of the latest."""
    wanted = wanted.strip().upper()
    if not _SHORTEST <= len(wanted) <= _LONGEST_SHOWN or not wanted.isascii():
        return None
    begins = f"SELECT id FROM {_TABLES[kind]} WHERE id >= ? AND id < ? LIMIT 2"  # noqa: S608
    rows = connection.execute(begins, (wanted, f"{wanted}{_AFTER_ALL}")).fetchall()
    if rows:
        return rows[0]["id"] if len(rows) == 1 else None
    latest = [row["id"] for row in connection.execute(_LATEST[kind])]
    alike = difflib.get_close_matches(wanted, latest, n=1, cutoff=_LIKENESS)
    return alike[0] if alike else None

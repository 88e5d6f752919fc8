"""Reads what a copy carries, in a form that no database has of its own."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from antiphon.history.conversations.rows import Streamed, streamed
from antiphon.history.copying.tables import CHUNKS, MESSAGES, OF_SESSIONS, SESSIONS, SPENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from antiphon.history.copying.tables import LooseTable, SessionTable
    from antiphon.history.sql.connection import Connection

Values = tuple[Any, ...]
"""The columns of a row, as `SessionTable.columns` and `LooseTable.columns` name them."""

_SUPERSEDED: Final = MESSAGES.columns.index("superseded")
_UPDATED_AT: Final = SESSIONS.columns.index("updated_at")
_SIZES: Final = (1, 4, 16, 64, 256, 1024)
"""How many marks a statement has: few sizes, so that databases know the statements again."""
_ORDERED: Final = """
    SELECT sessions.id, count(messages.number), coalesce(max(messages.number), 0) AS last
    FROM sessions LEFT JOIN panes ON panes.session_id = sessions.id
    LEFT JOIN messages ON messages.pane_id = panes.id
    GROUP BY sessions.id ORDER BY last, sessions.id
"""
_RUNNING: Final = """
    SELECT DISTINCT panes.session_id FROM messages JOIN panes ON panes.id = messages.pane_id
    WHERE messages.status = 'streaming'
"""
_HOMELESS: Final = f"""
    SELECT number, {", ".join(SPENDING.columns)} FROM spending
    WHERE number > ? AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.id = session_id)
    ORDER BY number LIMIT ?
"""  # noqa: S608 - names of our own


class SessionSize(Struct, frozen=True):
    """A session's id, and how many messages it has."""

    id: str
    messages: int


class SessionRows(Struct):
    """Everything that belongs to one session, and what its answers cost."""

    tables: dict[str, list[Values]] = field(default_factory=dict[str, list[Values]])
    spending: list[Values] = field(default_factory=list[Values])


def list_sessions(connection: Connection) -> list[SessionSize]:
    """Lists all sessions, the one with the newest message last.

    Copied in this order, newer messages have higher numbers: a search shows them first.
    """
    return [SessionSize(row[0], row[1]) for row in connection.execute(_ORDERED)]


def list_running(connection: Connection) -> set[str]:
    """Lists the sessions in which an answer is running."""
    return {row[0] for row in connection.execute(_RUNNING)}


def read_sessions(connection: Connection, ids: Sequence[str]) -> dict[str, SessionRows]:
    """Reads sessions as a whole. Those that are not there are left out."""
    found: dict[str, SessionRows] = {}
    for table in OF_SESSIONS:
        for session, values in _read(connection, table, ids):
            found.setdefault(session, SessionRows()).tables.setdefault(table.name, []).append(
                values
            )
    for session, values in _read(connection, SPENDING, ids):
        if session in found:
            found[session].spending.append(values)
    return found


def is_earlier(earlier: SessionRows, later: SessionRows) -> bool:
    """Checks whether a session only went on since: nothing of `earlier` is missing in `later`."""
    known, now = earlier.tables[SESSIONS.name][0], later.tables[SESSIONS.name][0]
    if known[_UPDATED_AT] > now[_UPDATED_AT] or _but_time(known) != _but_time(now):
        return False
    return all(
        name == SESSIONS.name or {*later.tables.get(name, ())}.issuperset(rows)
        for name, rows in earlier.tables.items()
    )


def _but_time(session: Values) -> Values:
    return session[:_UPDATED_AT] + session[_UPDATED_AT + 1 :]


def read_spending(connection: Connection, sessions: Sequence[str]) -> dict[str, Values]:
    """Reads what the answers of sessions cost, by the ids of the answers."""
    return {values[0]: values for _, values in _read(connection, SPENDING, sessions)}


def read_homeless(connection: Connection, after: int, limit: int) -> tuple[list[Values], int]:
    """Reads what answers of deleted sessions cost, and the number of the last one."""
    rows = connection.execute(_HOMELESS, (after, limit)).fetchall()
    return [tuple(row)[1:] for row in rows], rows[-1][0] if rows else after


def read_loose(connection: Connection, table: LooseTable) -> dict[Values, Values]:
    """Reads a table whose rows belong to no session, by their keys."""
    rows = (tuple(row) for row in connection.execute(table.query))
    return {row[: table.key]: row for row in rows}


def marks_for(values: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Returns marks for a list of ids, and the ids, the last one repeated."""
    size = next((each for each in _SIZES if each >= len(values)), len(values))
    padding = values[-1] if values else ""  # which names nothing
    return ", ".join("?" * size), [*values, *[padding] * (size - len(values))]


def _read(
    connection: Connection, table: SessionTable, ids: Sequence[str]
) -> Iterator[tuple[str, Values]]:
    marks, parameters = marks_for(ids)
    rows: list[Any] = connection.execute(table.query.format(marks=marks), parameters).fetchall()
    if table.order is not None:
        # Not by the database, which might then walk through all rows in this order.
        rows.sort(key=itemgetter(1))
    if table is CHUNKS:
        yield from _join_chunks(rows)
        return
    for row in rows:
        session, _, *values = row
        if table is MESSAGES:
            values[_SUPERSEDED] = bool(values[_SUPERSEDED])
        yield session, tuple(values)


def _join_chunks(rows: Iterable[Any]) -> Iterator[tuple[str, Values]]:
    """Joins the text of each running answer: into which pieces it was cut means nothing."""
    pieces: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        pieces.setdefault((row[0], row["id"]), []).append(row)
    for (session, message), chunks in pieces.items():
        text: Streamed = streamed(chunks)
        yield session, (message, text.content, text.reasoning)

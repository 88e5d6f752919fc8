"""Stores what a copy carries, a batch of sessions as one transaction.

Every function works inside a transaction that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.history.conversations import session_writes
from antiphon.history.conversations.run_writes import PUT_CONTEXT
from antiphon.history.copying.digests import digest_session
from antiphon.history.copying.rows import marks_for, read_loose, read_sessions, read_spending
from antiphon.history.copying.tables import ATTEMPTS, CHUNKS, CONTEXTS, INSERTED, SPENDING
from antiphon.history.spending import writes as ledger
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from antiphon.history.copying.rows import SessionRows, Values
    from antiphon.history.copying.tables import LooseTable
    from antiphon.history.sql.connection import Connection
    from antiphon.model.failure import AntiphonError

_TURN: Final = "copy"
_KNOWN: Final = "SELECT id FROM sessions WHERE id IN ({marks})"
_SESSION: Final = SPENDING.columns.index("session_id")
_NUMBERS: Final = """
    SELECT messages.id, messages.number FROM messages JOIN panes ON panes.id = messages.pane_id
    WHERE panes.session_id IN ({marks})
"""


def known_sessions(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Returns which of `ids` are sessions here."""
    marks, parameters = marks_for(ids)
    return {row[0] for row in connection.execute(_KNOWN.format(marks=marks), parameters)}


def store_sessions(
    connection: Connection,
    sessions: Mapping[str, SessionRows],
    replaced: AbstractSet[str],
    *,
    replace: bool,
) -> None:
    """Stores whole sessions with what their answers cost, `replaced` ones instead of those here.

    With `replace`, what an answer cost is replaced too.

    Raises `AntiphonError` (`conflict`) if another one has come here meanwhile, or what is to be
    replaced is answering.
    """
    connection.take_turn(_TURN)
    known = known_sessions(connection, [*sessions])
    added = dict(sessions)
    for session_id in known - replaced:
        here = read_sessions(connection, [session_id])[session_id]
        if digest_session(here) != digest_session(added.pop(session_id)):
            raise different_error(f"session {session_id}", "It was stored there in this moment.")
    for session_id in known & replaced:
        session_writes.delete(connection, session_id)
    if added:
        _insert(connection, added)
        spending = [row for session in added.values() for row in session.spending]
        store_spending(connection, spending, replace=replace)


def store_spending(connection: Connection, rows: Sequence[Values], *, replace: bool) -> None:
    """Stores what answers cost, and adds it to the sums of their days.

    Raises `AntiphonError` (`conflict`) for an answer that cost something else here, unless
    `replace`.
    """
    if not rows:
        return
    connection.take_turn(ledger.SPENDING)
    here = read_spending(connection, sessions_of(rows))
    different = [row[0] for row in rows if row[0] in here and here[row[0]] != row]
    if different and not replace:
        raise different_error(f"cost of the answer {different[0]}")
    ledger.take_from_days(connection, different)
    connection.executemany("DELETE FROM spending WHERE answer = ?", [(each,) for each in different])
    added = [row for row in rows if here.get(row[0]) != row]
    connection.executemany(SPENDING.insert, added)
    ledger.add_to_days(connection, [row[0] for row in added])


def store_loose(
    connection: Connection, table: LooseTable, rows: Mapping[Values, Values], *, replace: bool
) -> None:
    """Stores rows that belong to no session.

    Raises `AntiphonError` (`conflict`) for one that is different here, unless `replace`.
    """
    connection.take_turn(_TURN)
    here = read_loose(connection, table)
    different = differing(table, rows, here)
    if different and not replace:
        raise different_error(f"row {'/'.join(different[0])} of {table.name}")
    connection.executemany(table.delete, different)
    added = [row for key, row in rows.items() if key not in here or key in different]
    connection.executemany(table.insert, added)


def differing(
    table: LooseTable, rows: Mapping[Values, Values], here: Mapping[Values, Values]
) -> list[Values]:
    """Returns the keys of rows that are here with other values."""
    if table.is_fact:
        return []
    return [key for key, row in rows.items() if here.get(key, row) != row]


def sessions_of(rows: Sequence[Values]) -> list[str]:
    """Returns the sessions to which rows of `spending` belong."""
    return [*dict.fromkeys(row[_SESSION] for row in rows)]


def different_error(what: str, more: str = "") -> AntiphonError:
    """Builds the error for something that is at the target with other values."""
    return error(
        "conflict",
        f"The target has the {what} with other values. {more}".rstrip(),
        hint="Copy again; with --replace the source's values are kept.",
    )


def _insert(connection: Connection, sessions: Mapping[str, SessionRows]) -> None:
    def rows_of(table: str) -> list[Values]:
        return [row for each in sessions.values() for row in each.tables.get(table, ())]

    connection.executemany(PUT_CONTEXT, rows_of(CONTEXTS.name))
    for table in INSERTED:
        connection.executemany(table.insert, rows_of(table.name))
    attempts = rows_of(ATTEMPTS.name)
    if attempts:
        marks, parameters = marks_for([*sessions])
        found = connection.execute(_NUMBERS.format(marks=marks), parameters)
        numbers: dict[str, Any] = {row[0]: row[1] for row in found}
        connection.executemany(
            ATTEMPTS.insert, [(numbers[message], *rest) for message, *rest in attempts]
        )
    chunks = [
        (text, is_reasoning, message)
        for message, content, reasoning in rows_of(CHUNKS.name)
        for text, is_reasoning in ((content, False), (reasoning, True))
        if text
    ]
    if chunks:
        connection.dialect.add_chunks(connection, chunks)

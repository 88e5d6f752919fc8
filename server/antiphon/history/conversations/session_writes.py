"""Changes whole sessions: renames, tags, deletes, and adds a complete one.

Every function works inside a transaction that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.conversations.rows import row_of_message
from antiphon.history.conversations.run_writes import ADD_MESSAGE, PUT_CONTEXT, put_session
from antiphon.history.conversations.unknown_ids import unknown_id_error
from antiphon.history.sql import parameters as storable
from antiphon.model.conflicts import still_answering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.history.sql.connection import Connection
    from antiphon.model.conversation.session_file import SessionFile

OUTSIDE: Final = "outside"
"""The server id of runs that another installation carried out: an imported session's."""

_ADD_RUN: Final = """
    INSERT INTO runs (id, session_id, server_id, status, created_at, ended_at)
    VALUES (?, ?, ?, 'ended', ?, ?)
"""
_STREAMING: Final = """
    SELECT panes.title FROM messages JOIN panes ON panes.id = messages.pane_id
    WHERE panes.session_id = ? AND messages.status = 'streaming' LIMIT 1
"""
_USED_TEXTS: Final = """
    SELECT DISTINCT context_uses.sha256 FROM context_uses
    JOIN messages ON messages.number = context_uses.message
    JOIN panes ON panes.id = messages.pane_id WHERE panes.session_id = ?
"""
_DROP_TEXT: Final = """
    DELETE FROM contexts WHERE sha256 = :sha256
      AND NOT EXISTS (SELECT 1 FROM context_uses WHERE sha256 = :sha256)
"""


def rename(connection: Connection, session_id: str, title: str) -> None:
    """Gives a session another title.

    Raises `AntiphonError` of kind `not_found`.
    """
    _change(connection, "UPDATE sessions SET title = ? WHERE id = ?", title, session_id)


def tag(connection: Connection, session_id: str, tags: Sequence[str]) -> None:
    """Replaces a session's tags.

    Raises `AntiphonError` of kind `not_found`.
    """
    _check_there(connection, session_id)
    key = storable.text(session_id)
    connection.execute("DELETE FROM session_tags WHERE session_id = ?", (key,))
    connection.executemany(
        "INSERT INTO session_tags (session_id, position, tag) VALUES (?, ?, ?)",
        [(key, place, storable.text(each)) for place, each in enumerate(tags)],
    )


def delete(connection: Connection, session_id: str, *, idle_since: str | None = None) -> bool:
    """Deletes a session and everything that belongs only to it, and returns whether it did.

    Its panes, messages, runs, context texts and index entries are deleted too. With `idle_since`, a
    session that was used after that time is kept.

    Raises `AntiphonError`: `not_found`, or `conflict` if a pane is answering, in any server.
    """
    key = storable.text(session_id)
    connection.take_turn(session_id)
    row = connection.execute("SELECT updated_at FROM sessions WHERE id = ?", (key,)).fetchone()
    if row is None:
        raise unknown_id_error(connection, "session", session_id, field="$.sessionId")
    if idle_since is not None and row["updated_at"] >= idle_since:
        return False
    _check_settled(connection, key)
    texts = [row["sha256"] for row in connection.execute(_USED_TEXTS, (key,))]
    connection.execute("DELETE FROM sessions WHERE id = ?", (key,))
    connection.executemany(_DROP_TEXT, [{"sha256": sha256} for sha256 in texts])
    return True


def add(connection: Connection, file: SessionFile, owner: str = "") -> None:
    """Stores a whole session of `owner`'s with new ids, its runs as ended ones."""
    put_session(connection, file.session, owner)
    runs = {message.run_id: message.created_at for message in reversed(file.messages)}
    connection.executemany(
        _ADD_RUN,
        [
            (storable.text(run_id), storable.text(file.session.id), OUTSIDE, moment, moment)
            for run_id, moment in runs.items()
            if run_id is not None
        ],
    )
    connection.executemany(
        PUT_CONTEXT,
        [(storable.text(sha256), storable.text(text)) for sha256, text in file.contexts.items()],
    )
    connection.executemany(ADD_MESSAGE, [row_of_message(message) for message in file.messages])


def _change(connection: Connection, statement: str, value: str, session_id: str) -> None:
    parameters = (storable.text(value), storable.text(session_id))
    if connection.execute(statement, parameters).rowcount != 1:
        raise unknown_id_error(connection, "session", session_id, field="$.sessionId")


def _check_there(connection: Connection, session_id: str) -> None:
    found = connection.execute("SELECT 1 FROM sessions WHERE id = ?", (storable.text(session_id),))
    if found.fetchone() is None:
        raise unknown_id_error(connection, "session", session_id, field="$.sessionId")


def _check_settled(connection: Connection, session_id: str) -> None:
    row = connection.execute(_STREAMING, (session_id,)).fetchone()
    if row is not None:
        raise still_answering(row["title"], field="$.sessionId")

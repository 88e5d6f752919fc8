"""Reads more than one pane at once: whole sessions, and what a search found.

Every function works inside a snapshot that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.conversations import queries
from antiphon.history.sql import parameters
from antiphon.model.conversation.session_file import SessionFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.history.sql.connection import Connection
    from antiphon.model.conversation.message import Message

_ALL_MESSAGES: Final = """
    SELECT messages.* FROM messages JOIN panes ON panes.id = messages.pane_id
    WHERE panes.session_id = ? ORDER BY messages.number
"""
_UP_TO: Final = """
    SELECT messages.* FROM (
      SELECT pane_id, max(number) AS number FROM messages WHERE id IN ({marks}) GROUP BY pane_id
    ) AS wanted
    JOIN messages ON messages.pane_id = wanted.pane_id AND messages.number <= wanted.number
    WHERE NOT messages.superseded ORDER BY messages.number
"""
# Its owner is empty: the reader's own, and none that is shared with them.
_IDLE: Final = """
    SELECT id FROM sessions WHERE updated_at < ? AND owner = '' ORDER BY updated_at LIMIT ?
"""
_CREATED_AT: Final = "SELECT id FROM sessions WHERE created_at = ? AND owner = '' ORDER BY id"


def load_session(connection: Connection, session_id: str) -> SessionFile:
    """Reads a session with all its messages, superseded ones too, and their context texts.

    Raises `AntiphonError` of kind `not_found`.
    """
    session = queries.session(connection, session_id).model_copy(update={"shared_by": None})
    rows = connection.execute(_ALL_MESSAGES, (parameters.text(session_id),)).fetchall()
    messages = queries.messages_of_rows(connection, rows)
    hashes = [item.sha256 for message in messages for item in message.context or ()]
    texts = queries.contexts(connection, list(dict.fromkeys(hashes)))
    return SessionFile(session=session, messages=messages, contexts=texts)


def conversations_up_to(
    connection: Connection, message_ids: Sequence[str]
) -> dict[str, list[Message]]:
    """Reads the documents that contain these messages, by pane, each up to the last one.

    An unknown message has no document, and superseded messages are left out.
    """
    marks = ", ".join("?" * len(message_ids))
    rows = connection.execute(
        _UP_TO.format(marks=marks), [parameters.text(message_id) for message_id in message_ids]
    ).fetchall()
    found: dict[str, list[Message]] = {}
    for message in queries.messages_of_rows(connection, rows):
        found.setdefault(message.pane_id, []).append(message)
    return found


def list_created_at(connection: Connection, time: str) -> list[str]:
    """Returns the ids of the sessions that began at this time."""
    return [row["id"] for row in connection.execute(_CREATED_AT, (time,))]


def idle_sessions(connection: Connection, since: str, limit: int) -> list[str]:
    """Returns the ids of sessions last used before `since`, the longest idle first."""
    return [row["id"] for row in connection.execute(_IDLE, (since, limit))]

"""Stores messages that no run brought, and finds where messages were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.sqlite.conversations.queries import messages_of_rows, panes_of_rows
from antiphon.history.sqlite.conversations.rows import row_of_message
from antiphon.history.sqlite.conversations.run_writes import (
    ADD_MESSAGE,
    put_session,
    require_idle,
    require_session,
)
from antiphon.history.sqlite.driver import parameters

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, Session

_MADE_FROM: Final = """
    SELECT * FROM messages
    WHERE provenance IS NOT NULL AND json_extract(provenance, '$.messageId') = ? AND NOT superseded
    ORDER BY number
"""
_SUMMED_UP_IN: Final = """
    SELECT panes.*, NULL AS running FROM panes
    WHERE sources <> '[]' AND EXISTS (
      SELECT 1 FROM json_each(panes.sources) AS source
      WHERE json_extract(source.value, '$.messageId') = ?
    )
    ORDER BY number
"""


def add_messages(
    connection: sqlite3.Connection,
    session: Session,
    messages: Sequence[Message],
    owner: str = "",
) -> None:
    """Puts `messages` at the end of their panes, which are those of `owner`'s session.

    Raises `AntiphonError`: `conflict` if one of the panes is still answering, and what
    `require_session` raises.
    """
    require_session(connection, session, owner)
    require_idle(connection, session.panes, messages)
    put_session(connection, session)
    connection.executemany(ADD_MESSAGE, [row_of_message(message) for message in messages])


def references(connection: sqlite3.Connection, message_id: str) -> tuple[list[Message], list[Pane]]:
    """Finds the messages made from a message, and the panes that used it."""
    key = (parameters.text(message_id),)
    made = connection.execute(_MADE_FROM, key).fetchall()
    panes = connection.execute(_SUMMED_UP_IN, key).fetchall()
    return messages_of_rows(connection, made), panes_of_rows(connection, panes)

"""Stores messages that no run brought, and finds where messages were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.history.conversations.queries import messages_of_rows, panes_of_rows
from antiphon.history.conversations.rows import row_of_message
from antiphon.history.conversations.run_writes import (
    ADD_MESSAGE,
    put_session,
    require_idle,
    require_session,
)
from antiphon.history.sql import parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.history.sql.connection import Connection
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, Session


def add_messages(
    connection: Connection,
    session: Session,
    messages: Sequence[Message],
    owner: str = "",
) -> None:
    """Puts `messages` at the end of their panes, which are those of `owner`'s session.

    Raises `AntiphonError`: `conflict` if one of the panes is still answering, and what
    `require_session` raises.
    """
    connection.take_turn(session.id)
    require_session(connection, session, owner)
    require_idle(connection, session.panes, messages)
    put_session(connection, session)
    connection.executemany(ADD_MESSAGE, [row_of_message(message) for message in messages])


def references(connection: Connection, message_id: str) -> tuple[list[Message], list[Pane]]:
    """Finds the messages made from a message, and the panes that used it."""
    key = (parameters.text(message_id),)
    made = connection.execute(connection.dialect.messages_made_from, key).fetchall()
    panes = connection.execute(connection.dialect.panes_made_from, key).fetchall()
    return messages_of_rows(connection, made), panes_of_rows(connection, panes)

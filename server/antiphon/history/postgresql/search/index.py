"""Indexes the messages of a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.history.sql.connection import Connection


def index_words(connection: Connection) -> None:
    """Indexes the messages that are not yet."""
    connection.execute(
        "UPDATE messages SET words = to_tsvector('simple', content) "
        "WHERE words IS NULL AND status <> 'streaming'"
    )

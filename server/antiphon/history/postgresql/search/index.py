"""Indexes messages for the search, in the transaction that ends or adds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.history.postgresql.search.tsvector import to_tsvector

if TYPE_CHECKING:
    from antiphon.history.sql.connection import Connection

AT_ONCE: Final = 200
# The schema's triggers add the rows without words.
_WAITING: Final = """
    SELECT messages.number, messages.content, message_names.names
    FROM message_words
    JOIN messages ON messages.number = message_words.number
    JOIN message_names ON message_names.number = message_words.number
    WHERE message_words.words IS NULL
    ORDER BY message_words.number LIMIT ?
"""
_SET: Final = """
    UPDATE message_words SET words = CAST(CAST(? AS TEXT) AS TSVECTOR) WHERE number = ?
"""


def index_words(connection: Connection) -> None:
    """Adds the words of every message that is not indexed yet."""
    while True:
        waiting = connection.execute(_WAITING, (AT_ONCE,)).fetchall()
        rows = [(to_tsvector(row["content"], row["names"] or ""), row["number"]) for row in waiting]
        if rows:
            connection.executemany(_SET, rows)
        if len(rows) < AT_ONCE:
            return

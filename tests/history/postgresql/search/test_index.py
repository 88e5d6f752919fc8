"""Messages are indexed in the transaction that ends or adds them, however many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.history.postgresql.search.index import AT_ONCE, index_words

if TYPE_CHECKING:
    from antiphon.history.postgresql.driver.connection import PostgresqlConnection

_SESSION = "INSERT INTO sessions (id, title, created_at, updated_at) VALUES ('s', '', '', '')"
_PANE = """
    INSERT INTO panes (id, session_id, model, title, type, uri, created_at, params, sources)
    VALUES ('p', 's', 'demo/a', '', 'chat', '', '', '{}', '[]')
"""
_MESSAGE = """
    INSERT INTO messages (id, pane_id, role, status, created_at, content)
    VALUES (?, 'p', 'user', ?, '', ?)
"""
_INDEXED = "SELECT count(*) FROM message_words WHERE words @@ to_tsquery('simple', ?)"


def indexed(connection: PostgresqlConnection, word: str) -> int:
    index_words(connection)
    return connection.execute(_INDEXED, (word,)).fetchone()[0]


def add(connection: PostgresqlConnection, *contents: str, status: str = "complete") -> None:
    known = connection.execute("SELECT count(*) FROM messages").fetchone()[0]
    rows = [(f"m{known + place}", status, content) for place, content in enumerate(contents)]
    connection.executemany(_MESSAGE, rows)


def test_more_messages_than_are_indexed_at_once_are_all_indexed(connection) -> None:
    connection.execute(_SESSION)
    connection.execute(_PANE)
    add(connection, *["needle"] * (2 * AT_ONCE + 1))

    assert indexed(connection, "needle") == 2 * AT_ONCE + 1


def test_an_answer_is_indexed_when_it_ends_and_again_when_it_is_replaced(connection) -> None:
    connection.execute(_SESSION)
    connection.execute(_PANE)
    add(connection, "one", status="streaming")
    assert indexed(connection, "one") == 0

    connection.execute("UPDATE messages SET status = 'complete'")
    assert indexed(connection, "one") == 1

    connection.execute("UPDATE messages SET content = 'two'")
    assert (indexed(connection, "one"), indexed(connection, "two")) == (0, 1)

    connection.execute("DELETE FROM messages")
    assert indexed(connection, "two") == 0
    assert connection.execute("SELECT count(*) FROM message_words").fetchone()[0] == 0


def test_what_is_indexed_already_is_not_indexed_again(connection) -> None:
    connection.execute(_SESSION)
    connection.execute(_PANE)
    add(connection, "one")
    assert indexed(connection, "one") == 1
    before = connection.execute("SELECT xmin::text FROM message_words").fetchone()[0]

    connection.execute("UPDATE messages SET superseded = TRUE, content = content")

    assert indexed(connection, "one") == 1
    assert connection.execute("SELECT xmin::text FROM message_words").fetchone()[0] == before

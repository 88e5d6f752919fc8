"""Text without spaces is found in a database from before words were broken."""

from __future__ import annotations

from contextlib import closing

import pytest

from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, shipped
from antiphon.history.sqlite.opening.path import make_folders
from antiphon.model.commands.search import SearchParams

SESSION, PANE = "01M82CNMBDQP1TWBM00F6WKZEK", "01M82CNMBDQP1TWBM00F6WKZEM"
CHINESE, KOREAN, ENGLISH = "用Python写一个脚本", "FastAPI를 배운다", "plain words"


async def find(history, query: str):
    return (await history.library.search(SearchParams(query=query))).hits


def write_old(database, *contents: str) -> None:
    """A database of before words were broken."""
    make_folders(database.parent)
    with closing(connect(database)) as connection:
        migrate(connection, shipped()[:7])
        connection.execute("INSERT INTO sessions VALUES (?, 't', 'then', 'then')", (SESSION,))
        connection.execute(
            "INSERT INTO panes (id, session_id, model, title, type, uri, created_at, params, "
            "sources) VALUES (?, ?, 'demo/a', 'a', 'chat', 'antiphon:/', 'then', '{}', '[]')",
            (PANE, SESSION),
        )
        connection.executemany(
            "INSERT INTO messages (id, pane_id, role, status, created_at, context, content) "
            "VALUES (?, ?, 'assistant', 'complete', 'then', '[]', ?)",
            [(f"m{n}", PANE, content) for n, content in enumerate(contents)],
        )


async def test_what_was_kept_before_is_found_and_can_be_deleted(database, opened) -> None:
    write_old(database, CHINESE, KOREAN, ENGLISH)

    history = await opened()

    for query, expected in (("脚本", "m0"), ("python", "m0"), ("FastAPI", "m1"), ("words", "m2")):
        assert [hit.message_id for hit in await find(history, query)] == [expected]
    assert (await history.upkeep.verify()).problems == []
    assert await history.library.delete(SESSION)
    assert (await history.upkeep.verify()).problems == []


def test_only_what_is_broken_otherwise_is_indexed_again(database) -> None:
    write_old(database, *[f"{ENGLISH} {n}" for n in range(50)])
    with closing(connect(database)) as connection:
        before = connection.execute("SELECT id, hex(block) FROM search_data").fetchall()
        migrate(connection, shipped())
        after = connection.execute("SELECT id, hex(block) FROM search_data").fetchall()
    assert [tuple(row) for row in before] == [tuple(row) for row in after]


def test_a_full_disk_while_old_messages_are_indexed_leaves_the_old_schema(database) -> None:
    write_old(database, *[f"{n} {CHINESE} " * 300 for n in range(100)])
    with closing(connect(database)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        for allowed in (pages, pages + 2):
            connection.execute(f"PRAGMA max_page_count = {allowed}")
            with pytest.raises(Exception, match="full"):
                migrate(connection, shipped())
            [found] = connection.execute("SELECT max(version) FROM schema_migrations").fetchone()
            assert found == 7
        connection.execute("PRAGMA max_page_count = 100000")
        assert migrate(connection, shipped()) == shipped()[-1].version

"""A database from before there was search is searched like any other."""

from __future__ import annotations

from contextlib import closing

import pytest

from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, shipped
from antiphon.history.sqlite.opening.path import make_folders
from antiphon.model.commands.search import SearchParams

SESSION, PANE = "01M82CNMBDQP1TWBM00F6WKZEK", "01M82CNMBDQP1TWBM00F6WKZEM"


def write_old(database, messages: int = 3) -> None:
    make_folders(database.parent)
    with closing(connect(database)) as connection:
        migrate(connection, shipped()[:1])
        connection.execute("INSERT INTO sessions VALUES (?, 't', 'then', 'then')", (SESSION,))
        connection.execute(
            "INSERT INTO panes (id, session_id, model, title, type, uri, created_at, params, "
            "sources) VALUES (?, ?, 'demo/a', 'a', 'chat', 'antiphon:/', 'then', '{}', '[]')",
            (PANE, SESSION),
        )
        context = '[{"label":"ocean.py","uri":"file:///o","sha256":"s","bytes":1}]'
        connection.execute("INSERT INTO contexts VALUES ('s', 'the text')")
        connection.executemany(
            "INSERT INTO messages (id, pane_id, role, status, created_at, context, content) "
            "VALUES (?, ?, 'user', 'complete', 'then', ?, ?)",
            [(f"m{n}", PANE, context, f"old whale {n} " * 200) for n in range(messages)],
        )
        connection.commit()


async def test_old_messages_and_names_of_context_are_found(database, opened) -> None:
    write_old(database)

    history = await opened()

    for query in ("whale", "ocean"):
        found = await history.library.search(SearchParams(query=query))
        assert {hit.message_id for hit in found.hits} == {"m0", "m1", "m2"}
    assert (await history.upkeep.verify()).problems == []
    assert await history.library.delete(SESSION)
    assert await history.contexts(["s"]) == {}


def test_a_full_disk_while_the_index_is_built_leaves_the_old_schema(database) -> None:
    write_old(database, messages=100)
    with closing(connect(database)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        for allowed in range(pages, pages + 9, 2):
            connection.execute(f"PRAGMA max_page_count = {allowed}")
            with pytest.raises(Exception, match="full"):
                migrate(connection, shipped()[:2])
            assert (
                connection.execute("SELECT max(version) FROM schema_migrations").fetchone()[0] == 1
            )
        connection.execute("PRAGMA max_page_count = 100000")
        assert migrate(connection, shipped()[:2]) == 2

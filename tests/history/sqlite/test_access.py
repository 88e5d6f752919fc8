"""One file for several users: each reads and changes their own, by the plans that there were."""

from __future__ import annotations

from contextlib import closing

import pytest

from antiphon.history.conversations import queries
from antiphon.history.conversations.access import _ANY_OWNER, VISIBLE
from antiphon.history.sqlite.access.visible_rows import (
    OPEN,
    Viewer,
    hide_others,
)
from antiphon.history.sqlite.dialect import DIALECT
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, shipped


@pytest.fixture
def connection(tmp_path):
    with closing(connect(tmp_path / "a.db")) as opened:
        migrate(opened, shipped())
        yield opened


def plan(connection, query, parameters=()) -> str:
    rows = connection.execute(f"EXPLAIN QUERY PLAN {query}", parameters).fetchall()
    return "\n".join(row[3] for row in rows)


def test_of_every_table_it_is_known_who_may_read_which_rows(connection) -> None:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    tables = {name for (name,) in names if not name.startswith(("sqlite_", "search_"))}
    views_of_search = {"message_names", "searchable"}
    assert tables - views_of_search == {"sessions", *VISIBLE, *OPEN}


def test_whether_others_have_anything_is_found_by_indexes(connection) -> None:
    lines = plan(connection, _ANY_OWNER).splitlines()
    reads = [line for line in lines if "sessions" in line or "pipelines" in line or "days" in line]
    assert len(reads) == 3
    assert all("INDEX" in line or "PRIMARY KEY" in line for line in reads), lines


@pytest.mark.parametrize(
    ("query", "parameters", "index"),
    [
        (f"{queries._PANE} WHERE panes.id = ?", ("x",), "sqlite_autoindex_panes_1"),
        ("SELECT * FROM messages WHERE pane_id = ? ORDER BY number", ("x",), "messages_of_pane"),
        ("SELECT * FROM messages WHERE id = ?", ("x",), "sqlite_autoindex_messages_1"),
        (DIALECT.messages_made_from, ("x",), "messages_by_origin"),
        (
            queries._PAGE,
            {"tag": None, "updated_at": None, "id": None, "limit": 3},
            "sessions_by_recency",
        ),
    ],
)
def test_the_rows_of_one_user_are_found_by_the_same_indexes(
    connection, query, parameters, index
) -> None:
    hide_others(connection, Viewer("alice"))
    assert f"INDEX {index}" in plan(connection, query, parameters)

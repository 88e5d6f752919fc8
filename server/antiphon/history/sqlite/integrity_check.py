"""Proves that a database is whole: its pages, its references, its counts, its search index."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from antiphon.history.sqlite.driver.errors import is_corruption
from antiphon.history.upkeep import WRONG

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.sqlite.driver.connection import SqliteConnection

_MOST: Final = 20
_COUNTS: Final = {
    **WRONG,
    "ended message that is not in the search index": """
        SELECT count(*) FROM messages WHERE status <> 'streaming' AND number NOT IN
          (SELECT id FROM search_docsize)""",
    "entry of the search index without its message": """
        SELECT count(*) FROM search_docsize WHERE id NOT IN
          (SELECT number FROM messages WHERE status <> 'streaming')""",
}


def check_integrity(connection: SqliteConnection) -> tuple[list[str], list[str]]:
    """Checks the database without writing, and returns problems and the parts checked."""
    pages = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_MOST})")]
    problems = [] if pages == ["ok"] else [f"pages: {found}" for found in pages]
    references = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST)
    problems += [f"references: a row of {row[0]} names nothing in {row[2]}" for row in references]
    for what, query in _COUNTS.items():
        count = connection.execute(query).fetchone()[0]
        if count:
            problems.append(f"counts: {what} ({count:,})")
    return problems, ["pages", "references", "counts"]


def check_search_index(
    connection: SqliteConnection, check: Callable[[SqliteConnection], None]
) -> list[str]:
    """Compares every word of the search index with the messages, under the write lock.

    Raises what `check` raises, before anything is compared.
    """
    check(connection)
    try:
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as problem:
        if not is_corruption(problem):
            raise
        return ["search index: its words differ from those of the messages"]
    return []

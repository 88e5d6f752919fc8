"""Counts what a database holds and how its room is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import sqlite3

_FIGURES: Final = """
    SELECT (SELECT count(*) FROM sessions) AS sessions,
           (SELECT count(*) FROM panes) AS panes,
           (SELECT count(*) FROM messages) AS messages,
           (SELECT count(*) FROM contexts) AS contexts,
           (SELECT min(updated_at) FROM sessions) AS oldest,
           (SELECT max(updated_at) FROM sessions) AS newest,
           (SELECT coalesce(sum(length(block)), 0) FROM search_data) AS index_bytes
"""


def figures(connection: sqlite3.Connection) -> dict[str, Any]:
    """The fields of `HistoryStats` that the database itself tells."""
    found = dict(connection.execute(_FIGURES).fetchone())
    page, pages, free = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count")
    )
    return {**found, "bytes": page * pages, "free_bytes": page * free}

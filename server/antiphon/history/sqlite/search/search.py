"""Searches all messages with FTS5, the best matches first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from antiphon.history.search.fts_expression import to_fts_expression
from antiphon.history.search.pages import Ranked, search_page
from antiphon.history.sqlite.access.visible_rows import hides_others

if TYPE_CHECKING:
    from antiphon.history.search.pages import Scope
    from antiphon.history.sqlite.driver.connection import SqliteConnection
    from antiphon.model.commands.search import SearchParams, SearchResult

NEWEST: Final = 10_000
"""How many matching messages are ranked, the newest ones."""

_EVERYTHING: Final = -1  # LIMIT
_RANKED: Final = """
    SELECT number, count(*) OVER () AS found FROM (
      SELECT search.rowid AS number, bm25(search, 1.0, 0.5) AS score
      FROM search {join}
      WHERE search MATCH :match AND search.rowid BETWEEN :oldest AND :newest {conditions}
      ORDER BY search.rowid DESC LIMIT :pool
    ) ORDER BY score, number DESC LIMIT :limit OFFSET :offset
"""
# CROSS JOIN: the index is walked first, and messages outside it are never read.
_JOIN: Final = """
    CROSS JOIN messages ON messages.number = search.rowid
    CROSS JOIN panes ON panes.id = messages.pane_id
"""


def search(connection: SqliteConnection, params: SearchParams) -> SearchResult:
    """Returns one page of messages that match.

    Raises `AntiphonError` of kind `invalid_params`, as `search_page` does.
    """
    return search_page(connection, params, partial(_rank, connection))


def _rank(connection: SqliteConnection, scope: Scope) -> Ranked:
    joins = bool(scope.conditions) or hides_others(connection)  # the index knows no owners
    statement = _RANKED.format(join=_JOIN if joins else "", conditions=scope.conditions)
    rows = connection.execute(
        statement,
        {
            **scope.values,
            "match": to_fts_expression(scope.terms),
            "oldest": scope.oldest,
            "newest": scope.newest,
            "pool": _EVERYTHING if scope.everything else NEWEST + 1,
            "limit": scope.limit,
            "offset": scope.offset,
        },
    ).fetchall()
    bounded = not scope.everything and bool(rows) and rows[0]["found"] > NEWEST
    return Ranked([row["number"] for row in rows], bounded)

"""Searches all messages, the best matches first.

Ranking reads every message that matches, which takes a second for a common word in a million
messages. So only the newest 10,000 that match are ranked, and the result says so; a parameter asks
for all. Pages of one search cover the messages that existed at its first page: newer ones shift
nothing. Every function works inside a snapshot that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.history.search.search_cursor import SearchPosition, decode_cursor
from antiphon.history.search.snippets import matches, snippet
from antiphon.history.sql import parameters
from antiphon.history.sqlite.access.visible_rows import hides_others
from antiphon.history.sqlite.search.fts_query import to_fts_query
from antiphon.history.times import parse_time
from antiphon.model.commands.search import SearchHit, SearchParams, SearchResult
from antiphon.model.values.positions import count_line_ends

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from antiphon.history.sqlite.driver.connection import SqliteConnection

NEWEST: Final = 10_000
"""How many matching messages are ranked, the newest ones."""

_PAGE: Final = 20
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
_MODEL: Final = "coalesce(messages.model, panes.model)"
_PROVIDER: Final = f"substr({_MODEL}, 1, instr({_MODEL}, '/') - 1)"
_HITS: Final = f"""
    SELECT messages.number, messages.id, messages.role, messages.created_at, messages.status,
           messages.superseded, messages.content, message_names.names, {_MODEL} AS model,
           panes.id AS pane_id, panes.title AS pane_title, panes.uri,
           sessions.id AS session_id, sessions.title
    FROM messages
    JOIN message_names ON message_names.number = messages.number
    JOIN panes ON panes.id = messages.pane_id
    JOIN sessions ON sessions.id = panes.session_id
    WHERE messages.number IN ({{marks}})
"""  # noqa: S608 - names of our own
_SPAN: Final = """
    SELECT coalesce(min(messages.number), 0), coalesce(max(messages.number), -1)
    FROM messages JOIN panes ON panes.id = messages.pane_id WHERE panes.session_id = ?
"""


def search(connection: SqliteConnection, params: SearchParams) -> SearchResult:
    """Returns one page of messages that match.

    A hit's `line` counts within its message, and its `uri` is its pane's.

    Raises `AntiphonError` of kind `invalid_params` for a query without words, an invalid time, or a
    cursor of another search.
    """
    match = to_fts_query(params.query)
    place = (
        decode_cursor(params)
        if params.cursor is not None
        else SearchPosition(_newest(connection), 0)
    )
    limit = params.limit or _PAGE
    pool = _EVERYTHING if params.all else NEWEST + 1
    condition, values = _conditions(params)
    oldest, newest = _span(connection, params.session_id)
    joins = bool(condition) or hides_others(connection)  # the index knows no owners
    statement = _RANKED.format(join=_JOIN if joins else "", conditions=condition)
    rows = connection.execute(
        statement,
        {
            **values,
            "match": match.in_index,
            "oldest": oldest,
            "newest": place.newest if newest is None else min(newest, place.newest),
            "pool": pool,
            "limit": limit + 1,
            "offset": place.offset,
        },
    ).fetchall()
    more = len(rows) > limit
    following = SearchPosition(place.newest, place.offset + limit).cursor(params) if more else None
    bounded = not params.all and bool(rows) and rows[0]["found"] > NEWEST
    hits = _hits(connection, [row["number"] for row in rows[:limit]], match.in_page)
    return SearchResult(hits=hits, next_cursor=following, bounded=bounded or None)


def _newest(connection: SqliteConnection) -> int:
    return connection.execute("SELECT coalesce(max(number), 0) FROM messages").fetchone()[0]


def _span(connection: SqliteConnection, session_id: str | None) -> tuple[int, int | None]:
    """Returns the first and the last number that can match, to narrow the index."""
    if session_id is None:
        return 0, None
    first, last = connection.execute(_SPAN, (parameters.text(session_id),)).fetchone()
    return first, last


def _conditions(params: SearchParams) -> tuple[str, dict[str, Any]]:
    """Translates the filters to SQL conditions and their parameters."""
    values: dict[str, Any] = {}

    def one_of(name: str, wanted: Sequence[str]) -> str:
        named = {f"{name}_{place}": parameters.text(value) for place, value in enumerate(wanted)}
        values.update(named)
        return f"IN ({', '.join(f':{each}' for each in named)})"

    found: list[str] = []
    if params.models is not None:
        found.append(f"{_MODEL} {one_of('model', params.models)}")
    if params.providers is not None:
        found.append(f"{_PROVIDER} {one_of('provider', params.providers)}")
    if params.roles is not None:
        found.append(f"messages.role {one_of('role', params.roles)}")
    if params.session_id is not None:
        found.append(f"panes.session_id {one_of('session', [params.session_id])}")
    if params.tags:
        tags = list(dict.fromkeys(params.tags))
        values["tags"] = len(tags)
        found.append(
            "panes.session_id IN (SELECT session_id FROM session_tags "  # noqa: S608 - marks only
            f"WHERE tag {one_of('tag', tags)} "
            "GROUP BY session_id HAVING count(DISTINCT tag) = :tags)"
        )
    for name, sign, moment in (("since", ">=", params.since), ("until", "<", params.until)):
        if moment is not None:
            values[name] = parse_time(moment, f"$.{name}")
            found.append(f"messages.created_at {sign} :{name}")
    return "".join(f" AND {condition}" for condition in found), values


def _hits(connection: SqliteConnection, numbers: Sequence[int], in_page: str) -> list[SearchHit]:
    marks = ", ".join("?" * len(numbers))
    found = {row["number"]: row for row in connection.execute(_HITS.format(marks=marks), numbers)}
    rows = [found[number] for number in numbers]
    places = matches(in_page, [(row["content"], row["names"] or "") for row in rows])
    return [_hit(row, *each) for row, each in zip(rows, places, strict=True)]


def _hit(row: sqlite3.Row, in_content: list[list[int]], in_names: list[list[int]]) -> SearchHit:
    in_context = bool(in_names) and not in_content
    part = snippet(row["names"], in_names) if in_context else snippet(row["content"], in_content)
    return SearchHit(
        session_id=row["session_id"],
        pane_id=row["pane_id"],
        message_id=row["id"],
        model=row["model"],
        role=row["role"],
        created_at=row["created_at"],
        snippet=part.text,
        highlights=part.highlights,
        uri=row["uri"],
        line=0 if in_context else count_line_ends(row["content"][: part.at]),
        title=row["title"],
        pane_title=row["pane_title"],
        status=row["status"],
        field="context" if in_context else "content",
        superseded=True if row["superseded"] else None,
    )

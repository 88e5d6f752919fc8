"""Makes one page of a search, whatever database finds and ranks the messages.

Ranking reads every message that matches, which takes a second for a common word in a million
messages. So only the newest that match are ranked, and the result says so, unless a parameter asks
for all.
Pages of one search cover the messages that existed at its first page: newer ones shift nothing.
Every function works inside a snapshot that its caller has begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from antiphon.history.search.filters import to_conditions
from antiphon.history.search.fts_expression import to_fts_expression
from antiphon.history.search.hits import read_hits
from antiphon.history.search.query import read_query
from antiphon.history.search.search_cursor import SearchPosition, decode_cursor
from antiphon.history.sql import parameters
from antiphon.model.commands.search import SearchResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.history.search.query import Words
    from antiphon.history.sql.connection import Connection
    from antiphon.model.commands.search import SearchParams

_PAGE: Final = 20
_SPAN: Final = """
    SELECT coalesce(min(messages.number), 0), coalesce(max(messages.number), -1)
    FROM messages JOIN panes ON panes.id = messages.pane_id WHERE panes.session_id = ?
"""


class Scope(Struct, frozen=True):
    """What a database is asked for: the numbers of one page, the best matches first."""

    terms: Sequence[Words]
    """What must all match, each once."""
    oldest: int
    newest: int
    """The first and the last number that can match."""
    conditions: str
    """SQL on `messages` and `panes`, to be added to a condition."""
    values: dict[str, Any]
    """The parameters of `conditions`."""
    everything: bool
    """Whether all that match are ranked, not only the newest."""
    limit: int
    offset: int


class Ranked(Struct, frozen=True):
    """A part of the messages that match, in their order."""

    numbers: Sequence[int]
    bounded: bool
    """Whether more match than were ranked."""


def search_page(
    connection: Connection,
    params: SearchParams,
    rank: Callable[[Scope], Ranked],
) -> SearchResult:
    """Returns the page that `params` ask for, of the messages that `rank` finds.

    Raises `AntiphonError` of kind `invalid_params` for a query without words, an invalid time, or a
    cursor of another search.
    """
    terms = read_query(params.query)
    place = (
        decode_cursor(params)
        if params.cursor is not None
        else SearchPosition(_newest(connection), 0)
    )
    limit = params.limit or _PAGE
    conditions, values = to_conditions(params)
    oldest, newest = _span(connection, params.session_id)
    ranked = rank(
        Scope(
            terms=list(dict.fromkeys(term.in_index for term in terms)),
            oldest=oldest,
            newest=place.newest if newest is None else min(newest, place.newest),
            conditions=conditions,
            values=values,
            everything=bool(params.all),
            limit=limit + 1,
            offset=place.offset,
        )
    )
    more = len(ranked.numbers) > limit
    following = SearchPosition(place.newest, place.offset + limit).cursor(params) if more else None
    in_page = to_fts_expression(term.in_page for term in terms)
    hits = read_hits(connection, ranked.numbers[:limit], in_page)
    return SearchResult(hits=hits, next_cursor=following, bounded=ranked.bounded or None)


def _newest(connection: Connection) -> int:
    return connection.execute("SELECT coalesce(max(number), 0) FROM messages").fetchone()[0]


def _span(connection: Connection, session_id: str | None) -> tuple[int, int | None]:
    """Returns the first and the last number that can match, to narrow the index."""
    if session_id is None:
        return 0, None
    first, last = connection.execute(_SPAN, (parameters.text(session_id),)).fetchone()
    return first, last

"""Searches all messages by their tsvectors, the best matches first.

An index of PostgreSQL gives all that match, in no order, and ranking reads the words of each. That
takes a second for a common word among a million messages. So the newest that match are looked for
window by window, from the newest backwards: the index keeps for each message the windows of
numbers that it is in, and intersects them with the words. A window is as wide as the matches
before it let expect. The first one is read without the index, as it costs the same for any query.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from antiphon.history.postgresql.search.tsquery import PHRASE, to_tsquery
from antiphon.history.search.pages import Ranked, search_page

if TYPE_CHECKING:
    from antiphon.history.search.pages import Scope
    from antiphon.history.sql.connection import Connection, Cursor
    from antiphon.model.commands.search import SearchParams, SearchResult

NEWEST: Final = 1_000
"""How many matching messages are ranked, the newest ones."""
NEWEST_WITH_PHRASE: Final = 250
"""As many for a phrase: the index knows no places, so all that have its words are read."""

FIRST: Final = 2_048
"""How many numbers are read without the index."""
_WINDOWS: Final = (12, 16, 20, 24)
"""How many bits of a number each width of windows leaves out, as in the schema's `windows()`."""
_READ_ON: Final = 4 * FIRST
"""How many numbers are read next without the index, if so few are expected to suffice."""
_NOT_TOO_MANY: Final = 200
_PLANNING: Final = """
    SELECT set_config('plan_cache_mode', 'force_custom_plan', true),
      set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)
"""
# A transaction that reads for one user of several has views in front of the tables.
_HIDES_OTHERS: Final = "SELECT relkind = 'v' FROM pg_class WHERE oid = to_regclass('messages')"
# Weights of the classes D (the content), C, B and A (names); 1: long texts count for less.
_QUERY: Final = "CAST(CAST(:match AS TEXT) AS TSQUERY)"
_SCORE: Final = f"ts_rank(ARRAY[1, 0, 0, 0.5]::real[], words, {_QUERY}, 1)"
_MATCHING: Final = """
    SELECT found.number, found.words FROM message_words AS found {join}
    WHERE {matches} AND found.number BETWEEN :oldest AND :upto {conditions}
"""
_JOIN: Final = """
    JOIN messages ON messages.number = found.number JOIN panes ON panes.id = messages.pane_id
"""
_BY_INDEX: Final = f"found.words @@ {_QUERY}"
_IN_WINDOW: Final = f"{_BY_INDEX} AND windows(found.number) @> ARRAY[CAST(:window AS BIGINT)]"
_BY_READING: Final = f"({_BY_INDEX}) IS TRUE"  # which no index can answer
_NEWEST: Final = f"""
    SELECT number, {_SCORE} AS score
    FROM ({_MATCHING} ORDER BY found.number DESC LIMIT :pool) AS pool
"""  # noqa: S608 - names of our own
_ALL: Final = f"""
    SELECT number FROM ({_MATCHING}) AS pool
    ORDER BY {_SCORE} DESC, number DESC LIMIT :limit OFFSET :offset
"""  # noqa: S608 - names of our own


def search(connection: Connection, params: SearchParams) -> SearchResult:
    """Returns one page of messages that match.

    Raises `AntiphonError` of kind `invalid_params`, as `search_page` does.
    """
    return search_page(connection, params, partial(_rank, connection))


def _rank(connection: Connection, scope: Scope) -> Ranked:
    match = to_tsquery(scope.terms)
    if not match:
        return Ranked([], bounded=False)
    connection.execute(_PLANNING)
    hides_others = connection.execute(_HIDES_OTHERS).fetchone()[0]
    search = _Search(connection, scope, match, joins=bool(scope.conditions) or hides_others)
    if scope.everything:
        return Ranked(search.best_of_all(), bounded=False)
    pool = min(NEWEST, NEWEST_WITH_PHRASE) if PHRASE in match else NEWEST
    found = search.newest(pool + 1)
    best = sorted(found[:pool], key=lambda each: (-each[1], -each[0]))
    page = best[scope.offset : scope.offset + scope.limit]
    return Ranked([number for number, _ in page], bounded=len(found) > pool)


class Window(Struct, frozen=True):
    """A range of numbers, from `first` up to the one that the search has reached."""

    first: int
    condition: str
    mark: int = 0
    """What the index keeps of the window."""

    @property
    def uses_index(self) -> bool:
        return self.condition is _IN_WINDOW


class _Search:
    """One search in its snapshot."""

    def __init__(self, connection: Connection, scope: Scope, match: str, *, joins: bool) -> None:
        self._connection = connection
        self._scope = scope
        self._join = _JOIN if joins else ""
        self._values = {**scope.values, "match": match, "oldest": scope.oldest}

    def best_of_all(self) -> list[int]:
        """Returns the page of all that match."""
        scope = self._scope
        page = {"upto": scope.newest, "limit": scope.limit, "offset": scope.offset}
        return [row["number"] for row in self._rows(_ALL, _BY_INDEX, page)]

    def newest(self, wanted: int) -> list[tuple[int, float]]:
        """Returns the newest messages that match, as many as `wanted`, and their scores."""
        found: list[tuple[int, float]] = []
        newest = upto = self._scope.newest
        while upto >= self._scope.oldest and len(found) < wanted:
            missing = wanted - len(found)
            window = next_window(newest, upto, len(found), missing)
            values = {"upto": upto, "pool": missing, "window": window.mark}
            values["oldest"] = max(self._scope.oldest, window.first)
            rows = self._rows(_NEWEST, window.condition, values)
            found += [(row["number"], row["score"]) for row in rows]
            upto = window.first - 1
        return found

    def _rows(self, template: str, condition: str, values: dict[str, Any]) -> Cursor:
        statement = template.format(
            join=self._join, matches=condition, conditions=self._scope.conditions
        )
        return self._connection.execute(statement, {**self._values, **values})


def next_window(newest: int, upto: int, found: int, missing: int) -> Window:
    """Returns the widest window up to `upto` without too many expected matches.

    `found` messages match between `upto` and `newest`, and as many as `missing` are looked for.
    """
    if upto == newest:
        return Window(max(0, upto - FIRST + 1), _BY_READING)
    between = (newest - upto) // (found + 1) + 1
    to_read = missing * between + _NOT_TOO_MANY
    if to_read <= _READ_ON:
        return Window(max(0, upto - to_read), _BY_READING)
    widest = (2 * missing + _NOT_TOO_MANY) * between
    if upto < widest:
        return Window(0, _BY_INDEX)
    level = max(n for n, bits in enumerate(_WINDOWS) if n == 0 or upto % 2**bits < widest)
    bits = _WINDOWS[level]
    return Window(upto >> bits << bits, _IN_WINDOW, (upto >> bits) * len(_WINDOWS) + level)

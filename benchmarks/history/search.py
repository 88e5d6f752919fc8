"""Finding again: search through the history's port, beside the same query by `sqlite3` alone.

The databases are built once and kept in the cache: 10,000 and 100,000 messages of 150 words of
English frequency. ANTIPHON_BENCH_MILLION=1 adds a million, which takes minutes to build.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

from antiphon.engine.run.active_runs import ActiveRuns
from antiphon.engine.sessions.search import Searcher
from antiphon.engine.sessions.sessions import SessionReader
from antiphon.engine.sessions.shown_messages import ShownMessages
from antiphon.history import open_history
from antiphon.history.search.fts_expression import to_fts_expression
from antiphon.history.search.query import read_query
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.search.search import NEWEST
from antiphon.model.commands.search import SearchParams
from antiphon.model.commands.sessions import SessionOpenParams
from antiphon.model.values.ids import new_id
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median
from benchmarks.history.library import LONG_SESSION, built

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from antiphon.history.store import SqlHistory
    from benchmarks.harness.bench import Bench

QUERIES: Final = {
    "the commonest word": "w0",
    "a common word": "w30",
    "a rare word": "w20000",
    "a phrase": '"w3 w4"',
    "a beginning": "w123*",
    "two words": "w30 w40",
}
_UNSPACED: Final = {
    "a pair of characters": "乡丁",
    "a single character, the commonest": "一",
    "a Latin word between characters": "w20",
}
_GOAL_MS: Final = 30.0
_ALONE: Final = "sqlite3 alone"
_NOTE: Final = (
    "Ours is the whole way: the index, the snippets with their highlights, and each hit's line in "
    f"its document. Both rank the newest {NEWEST:,} messages that fit."
)
_RANKED: Final = """
    SELECT number FROM (
      SELECT rowid AS number, bm25(search, 1.0, 0.5) AS score FROM search
      WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?
    ) ORDER BY score LIMIT 20
"""
_MESSAGES: Final = """
    SELECT messages.* FROM messages JOIN panes ON panes.id = messages.pane_id
    WHERE panes.session_id = ? ORDER BY messages.number
"""


def run(bench: Bench) -> Table:
    """The first page of each query, at each size, and a session of 1,000 messages."""
    sizes = [10_000, 100_000]
    if os.environ.get("ANTIPHON_BENCH_MILLION"):
        sizes.append(1_000_000)
    rows: list[Row] = []
    with asyncio.Runner() as runner:
        for size in sizes:
            for spaced, queries in ((True, QUERIES), (False, _UNSPACED)):
                path = built(size, spaced=spaced)
                history = runner.run(open_history(path, server_id=new_id()))
                try:
                    what = f"{size:,} {'' if spaced else 'Chinese '}messages"
                    rows += _searches(bench, runner, history, path, queries=queries, where=what)
                    if spaced and size == sizes[0]:
                        rows.append(_opening(bench, runner, history, path))
                finally:
                    runner.run(history.aclose())
    return Table(
        "search",
        "Search",
        rows,
        [
            _NOTE,
        ],
    )


def _searches(
    bench: Bench,
    runner: asyncio.Runner,
    history: SqlHistory,
    path: Path,
    *,
    queries: Mapping[str, str],
    where: str,
) -> list[Row]:
    searcher = Searcher(history.library)
    rows: list[Row] = []
    for what, query in queries.items():

        def ours(query: str = query) -> float:
            began = time.perf_counter()
            runner.run(searcher.search(SearchParams(query=query)))
            return time.perf_counter() - began

        def alone(query: str = query) -> float:
            with closing(connect(path, read_only=True)) as connection:
                connection.execute("SELECT count(*) FROM search_config").fetchone()
                began = time.perf_counter()
                connection.execute(
                    _RANKED,
                    (to_fts_expression(term.in_index for term in read_query(query)), NEWEST),
                ).fetchall()
                return time.perf_counter() - began

        times = interleaved({"direct": alone, "ours": ours}, bench.repetitions(9))
        direct, own = (1000 * median(times[name]) for name in ("direct", "ours"))
        label = f"{what} in {where}"
        rows.append(Row(label, direct, own, "ms", _ALONE, _GOAL_MS, "ours"))
    return rows


def _opening(bench: Bench, runner: asyncio.Runner, history: SqlHistory, path: Path) -> Row:
    sessions = SessionReader(history, _runs(), _documents(history))

    def ours() -> float:
        began = time.perf_counter()
        result = runner.run(sessions.open(SessionOpenParams(session_id=LONG_SESSION)))
        result.to_wire()
        return time.perf_counter() - began

    def alone() -> float:
        with closing(connect(path, read_only=True)) as connection:
            began = time.perf_counter()
            connection.execute(_MESSAGES, (LONG_SESSION,)).fetchall()
            return time.perf_counter() - began

    times = interleaved({"direct": alone, "ours": ours}, bench.repetitions(9))
    direct, own = (1000 * median(times[name]) for name in ("direct", "ours"))
    return Row("open a session of 1,000 messages, as JSON", direct, own, "ms", _ALONE)


def _runs() -> ActiveRuns:
    return ActiveRuns()


def _documents(history: SqlHistory) -> ShownMessages:
    return ShownMessages(history, _runs())

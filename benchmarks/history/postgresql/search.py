"""Finding again in PostgreSQL, and opening a session of 1,000 messages, beside SQLite and asyncpg.

The database is filled anew each time, in a temporary folder. ANTIPHON_BENCH_MILLION=1 adds a
million messages, which takes minutes.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from antiphon.engine.run.active_runs import ActiveRuns
from antiphon.engine.sessions.search import Searcher
from antiphon.engine.sessions.sessions import SessionReader
from antiphon.engine.sessions.shown_messages import ShownMessages
from antiphon.history import open_history
from antiphon.history.postgresql.search.search import NEWEST, NEWEST_WITH_PHRASE
from antiphon.history.postgresql.search.tsquery import to_tsquery
from antiphon.history.search.query import read_query
from antiphon.model.commands.search import SearchParams
from antiphon.model.commands.sessions import SessionOpenParams
from antiphon.model.values.ids import new_id
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median
from benchmarks.history.library import LONG_SESSION, built
from benchmarks.history.postgresql.cluster import LASTING, Alone, own_postgresql
from benchmarks.history.postgresql.filling import fill
from benchmarks.history.search import QUERIES

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

    from antiphon.history.store import SqlHistory
    from benchmarks.harness.bench import Bench

_QUERIES: Final = {**QUERIES, "a phrase of the two commonest words": '"w0 w1"'}
_GOAL_MS: Final = 50.0
_ALONE: Final = "asyncpg alone"
_NOTE: Final = (
    f"Ours is the whole way, as for SQLite above; of a phrase the newest {NEWEST_WITH_PHRASE} "
    f"messages that fit are ranked, of all else {NEWEST:,}. asyncpg alone fetches twenty by the "
    "index, any of them, and ranks nothing. SQLite is our own whole way there, in the same run."
)
_FOUND: Final = """
    SELECT number FROM message_words WHERE words @@ CAST(CAST($1 AS TEXT) AS TSQUERY) LIMIT 20
"""
_MESSAGES: Final = """
    SELECT messages.* FROM messages JOIN panes ON panes.id = messages.pane_id
    WHERE panes.session_id = $1 ORDER BY messages.number
"""


def run(bench: Bench) -> Table:
    """The first page of each query, at each size, and a session of 1,000 messages."""
    sizes = [100_000, *([1_000_000] if os.environ.get("ANTIPHON_BENCH_MILLION") else [])]
    rows: list[Row] = []
    with own_postgresql(LASTING) as cluster, asyncio.Runner() as runner:
        for size in sizes:
            url: str = cluster.url(cluster.create())
            runner.run(_make(url, size))
            with _opened(runner, url) as ours, _opened(runner, built(size)) as other:
                alone = Alone(runner, url)
                cases: Mapping[str, SqlHistory] = {"ours": ours, "sqlite": other}
                rows += _searches(bench, runner, cases, alone, f"{size:,} messages")
                if size == sizes[0]:
                    rows += _opening(bench, runner, cases, alone)
                alone.close()
    return Table("postgresql-search", "Search in PostgreSQL", rows, [_NOTE])


async def _make(url: str, size: int) -> None:
    history = await open_history(url, server_id=new_id())
    await history.aclose()
    await fill(url, size)


@contextmanager
def _opened(runner: asyncio.Runner, location: str | Path) -> Generator[SqlHistory]:
    history = runner.run(open_history(location, server_id=new_id()))
    try:
        yield history
    finally:
        runner.run(history.aclose())


def _searches(
    bench: Bench,
    runner: asyncio.Runner,
    histories: Mapping[str, SqlHistory],
    alone: Alone,
    where: str,
) -> list[Row]:
    rows: list[Row] = []
    for what, query in _QUERIES.items():
        match = to_tsquery(term.in_index for term in read_query(query))

        def find(history: SqlHistory, query: str = query) -> None:
            runner.run(Searcher(history.library).search(SearchParams(query=query)))

        cases = {name: partial(_timed, partial(find, each)) for name, each in histories.items()}
        fetch = partial(alone.raw.fetch, _FOUND, match)
        cases["alone"] = partial(_timed, lambda fetch=fetch: alone.run(fetch()))
        rows += _rows(bench, f"{what} in {where}", cases, _GOAL_MS)
    return rows


def _opening(
    bench: Bench, runner: asyncio.Runner, histories: Mapping[str, SqlHistory], alone: Alone
) -> list[Row]:
    def open_session(history: SqlHistory) -> None:
        runs = ActiveRuns()
        sessions = SessionReader(history, runs, ShownMessages(history, runs))
        runner.run(sessions.open(SessionOpenParams(session_id=LONG_SESSION))).to_wire()

    cases = {name: partial(_timed, partial(open_session, each)) for name, each in histories.items()}
    cases["alone"] = partial(_timed, lambda: alone.run(alone.raw.fetch(_MESSAGES, LONG_SESSION)))
    return _rows(bench, "open a session of 1,000 messages, as JSON", cases)


def _rows(
    bench: Bench, what: str, cases: dict[str, Callable[[], float]], goal: float | None = None
) -> list[Row]:
    for measure in cases.values():
        measure()
    times = interleaved(cases, bench.repetitions(9))
    middle = {name: 1000 * median(found) for name, found in times.items()}
    return [
        Row(what, middle["alone"], middle["ours"], "ms", _ALONE, goal, "ours"),
        Row(what, middle["sqlite"], middle["ours"], "ms", "ours on SQLite"),
    ]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began

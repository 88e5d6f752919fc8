"""Keeping answers and reserving money in PostgreSQL, beside SQLite and beside asyncpg alone."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.history import open_history
from antiphon.model.values.ids import new_id
from benchmarks.harness.bench import ROOT
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median
from benchmarks.history.postgresql.cluster import LASTING, Alone, own_postgresql
from benchmarks.history.storage import begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.store import SqlHistory
    from benchmarks.harness.bench import Bench

_TEXT: Final = "word " * 25
_FLUSHES: Final = 80
_PROCESSES: Final = 8
_RESERVATION_MS: Final = 3.0
_NOTE: Final = (
    "asyncpg alone sends the same texts in as many transactions, each of them synced to the disk, "
    "as each of ours is; SQLite syncs the end. A reservation is checked against four budgets and "
    "stored with its run; the floor writes one row."
)
_CHUNK: Final = "INSERT INTO chunks (message, text) SELECT number, $1 FROM messages WHERE id = $2"
_END: Final = "UPDATE messages SET content = $1, status = 'complete' WHERE id = $2"
_DROP: Final = "DELETE FROM chunks WHERE message = (SELECT number FROM messages WHERE id = $1)"


def run(bench: Bench) -> Table:
    """An answer of 10 kB in 80 transactions and its end; a reservation of 8 processes at once."""
    with own_postgresql(LASTING) as cluster:
        rows = _saves(bench, cluster.url(cluster.create()))
        rows += _reservations(bench, cluster.url(cluster.create()))
    return Table("postgresql-storage", "Storage in PostgreSQL", rows, [_NOTE])


def _saves(bench: Bench, url: str) -> list[Row]:
    with ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner())
        histories: dict[str, SqlHistory] = {}
        for name, where in {"ours": url, "sqlite": bench.home / "saves.db"}.items():
            history = runner.run(open_history(where, server_id=new_id()))
            stack.callback(_close, runner, history)
            histories[name] = history
        alone = Alone(runner, url)
        stack.callback(alone.close)
        cases: dict[str, Callable[[], float]] = {
            name: partial(_run_save, runner, each) for name, each in histories.items()
        }
        cases["alone"] = lambda: runner.run(_save_alone(histories["ours"], alone))
        times = interleaved(cases, bench.repetitions(15))
    middle = {name: 1000 * median(found) for name, found in times.items()}
    what = f"a streaming save: 10 kB in {_FLUSHES} transactions, and the end"
    return [
        Row(what, middle["alone"], middle["ours"], "ms", "asyncpg alone"),
        Row(what, middle["sqlite"], middle["ours"], "ms", "ours on SQLite"),
    ]


def _close(runner: asyncio.Runner, history: SqlHistory) -> None:
    runner.run(history.aclose())


def _run_save(runner: asyncio.Runner, history: SqlHistory) -> float:
    return runner.run(_save(history))


async def _save(history: SqlHistory) -> float:
    answer = await begin(history)
    whole = answer.model_copy(update={"content": _TEXT * _FLUSHES, "status": "complete"})
    began = time.perf_counter()
    for _ in range(_FLUSHES):
        await history.record([TextChunk(answer.id, _TEXT)])
    await history.record([AnswerEnd(whole)])
    return time.perf_counter() - began


async def _save_alone(history: SqlHistory, alone: Alone) -> float:
    answer = await begin(history)
    raw = alone.raw
    began = time.perf_counter()
    for _ in range(_FLUSHES):
        await raw.execute(_CHUNK, _TEXT, answer.id)
    async with raw.transaction():
        await raw.execute(_END, _TEXT * _FLUSHES, answer.id)
        await raw.execute(_DROP, answer.id)
    return time.perf_counter() - began


def _reservations(bench: Bench, url: str) -> list[Row]:
    count = 50 if bench.quick else 300
    sqlite = bench.home / "reservations.db"
    for location in (url, sqlite):
        asyncio.run(_make(location))
    one, floor, ours, other = (
        _at_once(bench, way, str(location), count, processes)
        for way, location, processes in (
            ("ours", url, 1),
            ("direct", url, _PROCESSES),
            ("ours", url, _PROCESSES),
            ("ours", sqlite, _PROCESSES),
        )
    )
    what = f"a reservation, {_PROCESSES} processes at once"
    return [
        Row("a reservation, one process", None, one, "ms"),
        Row(what, floor, ours, "ms", "one row, asyncpg alone", _RESERVATION_MS, "ours"),
        Row(what, other, ours, "ms", "ours on SQLite"),
    ]


async def _make(location: object) -> None:
    history = await open_history(str(location), server_id=new_id())
    await history.aclose()


def _at_once(bench: Bench, way: str, location: str, count: int, processes: int) -> float:
    """Returns the median of all processes in milliseconds."""
    command = [sys.executable, "-m", "benchmarks.history.reserving", way, location, str(count)]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=bench.env, cwd=ROOT, text=True)
        for _ in range(processes)
    ]
    return median([float(each.communicate()[0]) for each in started]) / 1000

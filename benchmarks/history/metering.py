"""Being exact about money: what it costs a run, a reservation, and the meter over a long history.

The ledgers are built once and kept in the cache: 100,000 answers. ANTIPHON_BENCH_MILLION=1 adds a
million.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from antiphon.history import open_history
from antiphon.history.spending.writes import FIGURES
from antiphon.history.sqlite.driver.connection import connect, use_write_ahead_log
from antiphon.history.sqlite.opening.migrate import migrate, shipped
from antiphon.model.commands.meter import MeterParams
from antiphon.model.values.ids import new_id
from benchmarks.harness.bench import CACHE, ROOT
from benchmarks.harness.report import TIMES, Row, Table
from benchmarks.harness.sampling import interleaved, median
from benchmarks.server.throughput import our_pass

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.harness.bench import Bench

_TOKENS: Final = 2000
_STREAMS: Final = 8
_PROCESSES: Final = 8
_ALONE: Final = "sqlite3 alone"
_ROW: Final = """
    INSERT INTO spending (
      answer, run_id, session_id, pane_id, provider, model, at, day, status, requests,
      input_tokens, output_tokens, cost, total_ms
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'complete', 1, ?, ?, ?, ?)
"""
_DAYS: Final = f"""
    INSERT INTO spending_days (day, model, provider, {", ".join(FIGURES)})
    SELECT day, model, provider, {", ".join(f"sum({name})" for name in FIGURES)}
    FROM spending_figures GROUP BY day, model
"""
_DIRECT: Final = {
    "model": "SELECT model, sum(cost), sum(output_tokens) FROM spending GROUP BY model",
    "day": "SELECT day, sum(cost), sum(output_tokens) FROM spending GROUP BY day",
    "session": "SELECT session_id, sum(cost), sum(output_tokens) FROM spending GROUP BY session_id",
}


def run(bench: Bench) -> Table:
    """A run with prices and budgets beside one without, 8 processes, the meter by groups."""
    rows = [*_of_a_run(bench), _of_a_reservation(bench)]
    sizes = [100_000, *([1_000_000] if os.environ.get("ANTIPHON_BENCH_MILLION") else [])]
    for size in sizes:
        rows += _of_a_meter(bench, size)
    note = (
        f"A reservation is checked against four budgets and stored with its run; {_PROCESSES} "
        "processes do so at once. The floor of the meter sums up two of its twenty-seven columns."
    )
    return Table("metering", "Meters and budgets", rows, [note])


def _of_a_run(bench: Bench) -> Iterator[Row]:
    budgets = [{"scope": scope, "limit": "1000"} for scope in ("run", "session", "day", "month")]
    prices = {f"flood-{_TOKENS}": {"input": "1", "output": "10"}}
    counted = {
        "ANTIPHON_BUDGETS": json.dumps(budgets),
        "ANTIPHON_PROVIDERS": json.dumps({"loop": {"prices": prices}}),
    }
    priced = replace(bench, env={**bench.env, **counted})
    model = f"flood-{_TOKENS}"
    with bench.warm_server(_STREAMS) as plain, priced.warm_server(_STREAMS) as exact:
        passes = interleaved(
            {
                "plain": partial(our_pass, plain, model, _STREAMS),
                "exact": partial(our_pass, exact, model, _STREAMS),
            },
            bench.repetitions(9),
        )
    scale = 1e6 / (_STREAMS * _TOKENS)  # milliseconds for 1,000 chunks
    floor, ours = (
        scale * median([each.cpu for each in passes[name]]) for name in ("plain", "exact")
    )
    what = f"{_STREAMS} {TIMES} {_TOKENS:,} tokens: CPU for 1,000 chunks"
    yield Row(what, floor, ours, "ms", "no price, no budget", 1.1)


def _of_a_reservation(bench: Bench) -> Row:
    count = 50 if bench.quick else 300
    paths = {name: bench.home / f"reserve-{name}.db" for name in ("direct", "ours")}
    for path in paths.values():
        _make(path)
    floor, ours = (_at_once(bench, name, path, count) for name, path in paths.items())
    what = f"a reservation, {_PROCESSES} processes at once"
    return Row(what, floor, ours, "µs", "one row, sqlite3 alone")


def _at_once(bench: Bench, way: str, path: Path, count: int) -> float:
    command = [sys.executable, "-m", "benchmarks.history.reserving", way, str(path), str(count)]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=bench.env, cwd=ROOT, text=True)
        for _ in range(_PROCESSES)
    ]
    return median([float(each.communicate()[0]) for each in started])


def _of_a_meter(bench: Bench, size: int) -> Iterator[Row]:
    path = _built(size)
    with asyncio.Runner() as runner:
        history = runner.run(open_history(path, server_id=new_id()))
        try:
            for group, statement in _DIRECT.items():
                params = MeterParams.model_validate({"groupBy": group})

                def ours(params: MeterParams = params) -> float:
                    return _timed(lambda: runner.run(history.ledger.totals(params)).to_wire())

                def alone(statement: str = statement) -> float:
                    with closing(connect(path, read_only=True)) as connection:
                        connection.execute("SELECT count(*) FROM budget_warnings").fetchone()
                        return _timed(lambda: connection.execute(statement).fetchall())

                times = interleaved({"alone": alone, "ours": ours}, bench.repetitions(7))
                floor, own = (1000 * median(times[name]) for name in ("alone", "ours"))
                yield Row(f"meter by {group}, {size:,} answers", floor, own, "ms", _ALONE)
        finally:
            runner.run(history.aclose())


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _make(path: Path) -> None:
    with closing(connect(path)) as connection:
        migrate(connection, shipped())
        use_write_ahead_log(connection)
    path.chmod(0o600)


def _built(size: int) -> Path:
    """A ledger of `size` answers in the schema of today, built where it is not there yet."""
    path = CACHE / f"meter-{shipped()[-1].version}-{size}.db"
    if path.exists():
        return path
    fresh = path.with_suffix(".building")
    fresh.unlink(missing_ok=True)
    _make(fresh)
    with closing(connect(fresh)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        _fill(connection, size)
    return fresh.rename(path)


def _fill(connection: sqlite3.Connection, size: int) -> None:
    chance = random.Random(1)
    connection.execute("BEGIN")
    connection.executemany(_ROW, (_answer(chance, number, size) for number in range(size)))
    connection.execute(_DAYS)
    connection.execute("COMMIT")


def _answer(chance: random.Random, number: int, size: int) -> tuple[str | int, ...]:
    day = f"2026-{1 + number * 12 // size:02d}-{1 + number * 336 // size % 28:02d}"
    model, session = chance.randrange(12), number // 20
    return (
        f"a{number}", f"r{number // 4}", f"s{session}", f"p{session}-{number % 4}",
        f"vendor{model % 4}", f"vendor{model % 4}/m{model}", f"{day}T12:00:00.000Z", day,
        chance.randrange(4000), chance.randrange(2000), chance.randrange(10**11),
        chance.randrange(60_000),
    )  # fmt: skip

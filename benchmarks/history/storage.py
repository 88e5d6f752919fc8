"""Keeping answers: through the history's port, beside the same statements by `sqlite3` alone."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports import AnswerEnd, RunStart, TextChunk
from antiphon.history import open_history
from antiphon.history.sqlite.driver.connection import connect
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Pane, Session
from antiphon.model.values.ids import new_id
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from antiphon.history.store import SqlHistory
    from benchmarks.harness.bench import Bench

    _Work = Callable[[SqlHistory], Coroutine[None, None, float]]
    _Ask = Callable[[_Work], float]

_TEXT: Final = "word " * 25
_FLUSHES: Final = 80
_BATCH: Final = 100
_BATCHES: Final = 50
_ALONE: Final = "sqlite3 alone"
_NOW: Final = "2026-01-01T00:00:00.000Z"


def run(bench: Bench) -> Table:
    """An answer of 10 kB in 80 transactions and its end; 5,000 rows in batches of 100."""
    with asyncio.Runner() as runner:
        path = bench.home / "storage.db"
        history: SqlHistory = runner.run(open_history(f"sqlite:///{path}", server_id=new_id()))
        try:

            def ask(work: _Work) -> float:
                return runner.run(work(history))

            return _measure(bench, path, ask)
        finally:
            runner.run(history.aclose())


def _measure(bench: Bench, path: Path, ask: _Ask) -> Table:

    def plain(work: Callable[[sqlite3.Connection, str], None]) -> Callable[[], float]:
        return partial(_direct, path, ask, work)

    appended = interleaved(
        {
            "direct": plain(_append_directly),
            "rewriting": plain(_rewrite_directly),
            "ours": lambda: ask(_append),
        },
        bench.repetitions(15),
    )
    ended = interleaved(
        {"direct": plain(_end_directly), "ours": lambda: ask(_end)}, bench.repetitions(15)
    )
    batched = interleaved(
        {"direct": plain(_insert_directly), "ours": lambda: ask(_insert)}, bench.repetitions(9)
    )
    append, end, insert = _middle(appended), _middle(ended), _middle(batched)
    kept = f"10 kB appended in {_FLUSHES} transactions"
    whole = append["ours"] + end["ours"]
    direct = append["direct"] + end["direct"]
    rows = f"{_BATCHES * _BATCH:,} rows in batches of {_BATCH}"
    return Table(
        "storage",
        "Storage",
        [
            Row(kept, append["direct"], append["ours"], "ms", _ALONE),
            Row(kept, append["rewriting"], append["ours"], "ms", "sqlite3, one growing row"),
            Row("the answer's end, synced to the disk", end["direct"], end["ours"], "ms", _ALONE),
            Row("both: a streaming save", direct, whole, "ms", _ALONE, 2.5, "ours"),
            Row(rows, insert["direct"], insert["ours"], "ms", _ALONE, 1.1),
        ],
        ["What is measured lies between the call and the commit, the way to the thread included."],
    )


def _middle(results: dict[str, list[float]]) -> dict[str, float]:
    return {name: 1000 * median(times) for name, times in results.items()}


async def _append(history: SqlHistory) -> float:
    answer = await begin(history)
    began = time.perf_counter()
    for _ in range(_FLUSHES):
        await history.record([TextChunk(answer.id, _TEXT)])
    return time.perf_counter() - began


async def _end(history: SqlHistory) -> float:
    answer = await begin(history)
    whole = answer.model_copy(update={"content": _TEXT * _FLUSHES, "status": "complete"})
    began = time.perf_counter()
    await history.record([AnswerEnd(whole)])
    return time.perf_counter() - began


async def _insert(history: SqlHistory) -> float:
    answer = await begin(history)
    batch = [TextChunk(answer.id, _TEXT)] * _BATCH
    began = time.perf_counter()
    for _ in range(_BATCHES):
        await history.record(batch)
    return time.perf_counter() - began


def _direct(
    path: Path,
    ask: _Ask,
    work: Callable[[sqlite3.Connection, str], None],
) -> float:
    found: list[str] = []

    async def store(history: SqlHistory) -> float:
        found.append((await begin(history)).id)
        return 0.0

    ask(store)
    with closing(connect(path)) as connection:
        connection.execute("SELECT count(*) FROM runs").fetchone()  # reads the schema
        began = time.perf_counter()
        work(connection, found[0])
        return time.perf_counter() - began


_CHUNK: Final = "INSERT INTO chunks (message, text) SELECT number, ? FROM messages WHERE id = ?"


def _append_directly(connection: sqlite3.Connection, message: str) -> None:
    for _ in range(_FLUSHES):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_CHUNK, (_TEXT, message))
        connection.execute("COMMIT")


def _end_directly(connection: sqlite3.Connection, message: str) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    _finish(connection, message, _TEXT * _FLUSHES)
    connection.execute(
        "DELETE FROM chunks WHERE message = (SELECT number FROM messages WHERE id = ?)", (message,)
    )
    connection.execute("COMMIT")


def _rewrite_directly(connection: sqlite3.Connection, message: str) -> None:
    for flush in range(1, _FLUSHES + 1):
        connection.execute("BEGIN IMMEDIATE")
        _finish(connection, message, _TEXT * flush)
        connection.execute("COMMIT")


def _finish(connection: sqlite3.Connection, message: str, text: str) -> None:
    connection.execute(
        "UPDATE messages SET content = ?, status = 'complete' WHERE id = ?", (text, message)
    )


def _insert_directly(connection: sqlite3.Connection, message: str) -> None:
    for _ in range(_BATCHES):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_CHUNK, [(_TEXT, message)] * _BATCH)
        connection.execute("COMMIT")


async def begin(history: SqlHistory) -> Message:
    """Stores a run with one empty answer, and returns the answer."""
    session_id, pane_id, run_id = new_id(), new_id(), new_id()
    pane = Pane(
        id=pane_id,
        session_id=session_id,
        model="loop/flood-1",
        title="flood-1",
        uri=f"antiphon:/pane/{session_id}/{pane_id}/flood-1",
        created_at=_NOW,
    )
    session = Session(
        id=session_id, title="benchmark", created_at=_NOW, updated_at=_NOW, panes=[pane], tags=[]
    )
    answer = Message(
        id=new_id(),
        pane_id=pane_id,
        run_id=run_id,
        role="assistant",
        content="",
        status="streaming",
        created_at=_NOW,
    )
    await history.begin_run(RunStart(run_id, session, [answer]))
    return answer

"""Fills a history in PostgreSQL with messages to search in, by COPY from two processes.

The messages are those of `library`: of the same words as often, in sessions of two panes.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final

from antiphon.history.postgresql.search.tsvector import to_tsvector
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import pane_uri
from benchmarks.harness.bench import ROOT
from benchmarks.history.library import LONG_SESSION, texts
from benchmarks.history.postgresql.cluster import connect_alone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

_PROCESSES: Final = 2
_AT_ONCE: Final = 10_000
_MESSAGES: Final = 10
_LONG: Final = 1_000
_NOW: Final = "2026-01-01T00:00:00.000Z"
# Neither the triggers nor the foreign keys see the rows: all of them are written here.
_UNSEEN: Final = "SET session_replication_role = 'replica'; SET synchronous_commit = 'off'"
_BEFORE: Final = "DROP INDEX message_words_by_word"
_AFTER: Final = """
    SET maintenance_work_mem = '512MB';
    CREATE INDEX message_words_by_word ON message_words USING gin (words, windows(number))
      WITH (gin_pending_list_limit = 1024);
    SELECT setval(pg_get_serial_sequence('messages', 'number'), max(number)) FROM messages
"""
_COLUMNS: Final = {
    "sessions": ("id", "title", "created_at", "updated_at"),
    "panes": (
        "id", "session_id", "model", "title", "type", "uri", "created_at", "params", "sources"
    ),
    "messages": ("number", "id", "pane_id", "role", "status", "created_at", "content"),
    "message_words": ("number", "words"),
}  # fmt: skip

_Rows = dict[str, list[tuple[Any, ...]]]


async def fill(url: str, size: int) -> None:
    """Adds `size` messages, a multiple of 10,000, to the empty history at `url`."""
    connection = await connect_alone(url)
    await connection.execute(_BEFORE)
    module = "benchmarks.history.postgresql.filling"
    ends = [size * part // _PROCESSES // _AT_ONCE * _AT_ONCE for part in range(_PROCESSES + 1)]
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, url, str(first), str(end), cwd=ROOT
        )
        for first, end in pairwise(ends)
    ]
    if any([await each.wait() for each in started]):
        raise RuntimeError("a process that fills the history failed")
    await connection.execute(_AFTER, timeout=3600)
    await connection.execute("VACUUM ANALYZE", timeout=3600)
    await connection.execute("CHECKPOINT", timeout=3600)
    await connection.close()


async def _fill_part(url: str, first: int, end: int) -> None:
    connection = await connect_alone(url)
    await connection.execute(_UNSEEN)
    for start in range(first, end, _AT_ONCE):
        rows = _rows(start)
        for table, columns in _COLUMNS.items():
            await connection.copy_to_table(table, source=_lines(rows[table]), columns=columns)
    await connection.close()


def _rows(start: int) -> _Rows:
    """Returns the rows of the next 10,000 messages, those of the long session first of all."""
    rows: _Rows = {table: [] for table in _COLUMNS}
    written = texts(seed=start + 1)
    number, end = start + 1, start + _AT_ONCE
    if start == 0:
        number = _add_session(rows, LONG_SESSION, number, (_LONG,), written)
    while number <= end:
        number = _add_session(rows, new_id(), number, (_MESSAGES // 2,) * 2, written)
    return rows


def _add_session(
    rows: _Rows, session: str, number: int, panes: Iterable[int], written: Iterator[str]
) -> int:
    """Adds the rows of a session whose panes have so many messages; returns the next number."""
    rows["sessions"].append((session, "A question", _NOW, _NOW))
    for messages in panes:
        pane = new_id()
        uri = pane_uri(session, pane, "a")
        rows["panes"].append((pane, session, "demo/a", "a", "chat", uri, _NOW, "{}", "[]"))
        for place, text in enumerate(islice(written, messages)):
            role = ("user", "assistant")[place % 2]
            rows["messages"].append((number, new_id(), pane, role, "complete", _NOW, text))
            rows["message_words"].append((number, to_tsvector(text, "")))
            number += 1
    return number


async def _lines(rows: Iterable[tuple[Any, ...]]) -> AsyncIterator[bytes]:
    """Yields lines in the text format of COPY; no value has a character to be escaped."""
    for row in rows:
        yield ("\t".join(map(str, row)) + "\n").encode()


if __name__ == "__main__":
    asyncio.run(_fill_part(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))

"""Connects to SQLite and runs whole functions in a connection's own thread.

aiosqlite gives each connection a thread, and each of its methods one trip there and back; a
transaction made of such trips stays open when its task is cancelled between two of them. Here a
whole transaction is one function, so one trip, and no cancellation can come between its parts.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import aiosqlite
import anyio
import anyio.to_thread

from antiphon.history.sqlite.dialect import DIALECT
from antiphon.history.sqlite.driver.wal_checkpoint import (
    AUTOCHECKPOINT_PAGES,
    KEPT_LOG_BYTES,
    has_reset_bug,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

T = TypeVar("T")

BUSY_TIMEOUT_S: Final = 5.0
"""How long a transaction waits for another process before it fails with SQLITE_BUSY."""


class SqliteConnection(sqlite3.Connection):
    """A connection that the history's functions can use."""

    dialect = DIALECT

    def count_changes(
        self, statement: str, parameters: Sequence[Sequence[Any] | Mapping[str, Any]], /
    ) -> int:
        """Runs a statement for each of `parameters`, and returns how many rows all changed."""
        return self.executemany(statement, parameters).rowcount

    def take_turn(self, subject: str, /) -> None:
        """Does nothing: transactions that write have the file's lock from their first moment."""


class WorkerConnection(aiosqlite.Connection):
    """An aiosqlite connection that runs whole functions in its thread.

    aiosqlite's public methods each run one call of `sqlite3`; `_execute`, which they are all made
    of, runs any. It is used by this class and by `Writer`, its subclass, and nowhere else
    (aiosqlite 0.21 to 0.22).
    """

    def __init__(self, connector: Callable[[], SqliteConnection]) -> None:
        super().__init__(self._keep, iter_chunk_size=64)
        self._open_file = connector
        self._opened: SqliteConnection | None = None
        # A server that dies of an exception must not hang on a connection that it left open;
        # a transaction that is cut off with the process is rolled back at the next start.
        self._thread.daemon = True

    async def opened(self) -> Self:
        """Starts the thread, calls the connector in it and raises what that raises.

        A cancelled caller leaves no open file and no thread behind.
        """
        try:
            await self
        except BaseException:
            # aiosqlite has asked the thread to stop without waiting, and dropped the connection.
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._thread.join)
            if self._opened is not None:
                self._opened.close()
            raise
        return self

    def _keep(self) -> SqliteConnection:
        self._opened = self._open_file()
        return self._opened

    async def run(self, work: Callable[[SqliteConnection], T]) -> T:
        """Runs `work` in the connection's thread, after everything that was asked for before."""
        return await self._execute(work, self._conn)

    if TYPE_CHECKING:  # aiosqlite's own has no types

        async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T: ...


def connect(database: str | Path, *, read_only: bool = False) -> SqliteConnection:
    """Opens a connection whose transactions are begun by hand, in the calling thread.

    `synchronous` is NORMAL: a commit survives the process at once, and the machine from the next
    sync on (see `antiphon.history.sqlite.driver.writer`).
    """
    connection = sqlite3.connect(
        database,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        factory=SqliteConnection,
        check_same_thread=False,  # one whose opening was cancelled is closed by another thread
    )
    connection.row_factory = sqlite3.Row
    pages = 0 if read_only or has_reset_bug() else AUTOCHECKPOINT_PAGES
    try:
        connection.execute(f"PRAGMA wal_autocheckpoint = {pages}")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        # The schema's triggers and views call it; some builds of SQLite forbid that by default.
        connection.execute("PRAGMA trusted_schema = ON")
        # Some builds only mark as free what is deleted or moved. It is overwritten here: the chunks
        # of an answer are gone long before its session is deleted.
        connection.execute("PRAGMA secure_delete = ON").fetchone()
        connection.create_function("word_breaks", 1, _words, deterministic=True)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _words(text: str | None) -> str | None:
    if text is None or text.isascii():
        return text
    from antiphon.history.search.word_breaks import paired  # noqa: PLC0415 - its tables take a while to compile

    return paired(text)


def use_write_ahead_log(connection: SqliteConnection) -> None:
    """Switches the file to WAL, so that readers and the writer never wait.

    A file system without shared memory keeps its rollback journal, which is slower and as safe.
    """
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute(f"PRAGMA journal_size_limit = {KEPT_LOG_BYTES}")

"""Writes in one thread: every write is one whole transaction in one trip to it.

How far a commit is safe:

- at once from the death of the process: it is in the operating system's hands (`synchronous`
  NORMAL; a commit then costs about as much as the trip);
- at once from the death of the machine if an answer ended with it: such a commit is synced to
  the disk (`synchronous` FULL), and everything before it with it;
- after a second from the death of the machine for a running answer: the first commit that finds
  a second's worth unsynced is synced as well.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

import anyio

from antiphon.history.sqlite.driver.connection import WorkerConnection
from antiphon.history.sqlite.driver.errors import explanation, storage_error
from antiphon.history.sqlite.driver.wal_checkpoint import copy_log, has_reset_bug

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection

_log = logging.getLogger(__name__)

T = TypeVar("T")

_UNSYNCED_S: Final = 1.0
_GROWTH_BYTES: Final = 1 << 20
_LOG: Final = logging.getLogger(__name__)


class Writer(WorkerConnection):
    """The connection that writes, in the order of the calls.

    `database` is the file whose log it copies; `None` for a history in memory.
    """

    def __init__(
        self, connector: Callable[[], SqliteConnection], database: Path | None = None
    ) -> None:
        super().__init__(connector)
        self._checkpoints = Checkpoints(database)
        self._unsynced_since: float | None = None
        self.problem: str | None = None
        """Why the last write failed; `None` as soon as one succeeds."""

    async def write(
        self,
        work: Callable[[SqliteConnection], T],
        *,
        durable: bool = False,
        indexes: bool = False,
    ) -> T:
        """Runs `work` as one transaction, on the disk at the return if `durable`.

        Once begun, it ends: a cancelled caller waits for the end. (A task that is cancelled past
        anyio leaves earlier; the transaction ends all the same, in its thread.)

        Raises `AntiphonError` of kind `storage`, and what `work` raises; nothing is stored then.
        """
        with anyio.CancelScope(shield=True):
            try:
                return await self._execute(self._transact, work, durable, self._conn)
            except sqlite3.Error as problem:
                self.problem = " ".join(explanation(problem))
                _log.warning("a write to the history failed: %s", self.problem)
                raise storage_error(problem) from problem
        raise AssertionError("a scope that nobody cancels swallows nothing")

    def _transact(
        self,
        work: Callable[[SqliteConnection], T],
        durable: bool,
        connection: SqliteConnection,
    ) -> T:
        now = time.monotonic()
        overdue = self._unsynced_since is not None and now - self._unsynced_since >= _UNSYNCED_S
        sync = durable or overdue
        if sync:  # refused inside a transaction
            connection.execute("PRAGMA synchronous = FULL")
        try:
            with transaction(connection):
                result = work(connection)
        finally:
            if sync:
                connection.execute("PRAGMA synchronous = NORMAL")
        if sync:
            self._unsynced_since = None
        elif self._unsynced_since is None:
            self._unsynced_since = now
        self.problem = None
        self._checkpoints.after_commit(connection)
        return result


@contextmanager
def transaction(connection: SqliteConnection) -> Generator[None]:
    """Commits everything in the block, or nothing.

    It begins and ends in one thread. Takes the write lock at once: a transaction that reads first
    and writes later fails with SQLITE_BUSY, without waiting, if another connection has written in
    between. Raises `sqlite3.OperationalError` (SQLITE_BUSY) if the lock is not free in time.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite ends the transaction by itself after some errors, a full disk for one.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class Checkpoints:
    """Copies a database's log into it whenever the log's file has grown by a mebibyte.

    Does nothing if SQLite may do it by itself. Runs in the writing connection's thread.
    """

    def __init__(self, database: Path | None, *, growth_bytes: int = _GROWTH_BYTES) -> None:
        self._database = database if has_reset_bug() else None
        self._log = f"{database}-wal"
        self._growth = growth_bytes
        self._done_at = 0

    def after_commit(self, writer: SqliteConnection) -> None:
        """Checkpoints if it is due, and never fails, as the commit before it succeeded."""
        if self._database is None:
            return
        try:
            size = os.stat(self._log).st_size  # noqa: PTH116 - every commit; a Path is 10 times slower
        except OSError:  # no log: the file system knows only the rollback journal
            return
        self._done_at = min(size, self._done_at)
        if size - self._done_at < self._growth:
            return
        self._done_at = size
        try:
            copy_log(writer, self._database)
        except sqlite3.Error as problem:
            _LOG.warning("the write-ahead log could not be copied: %s", problem)

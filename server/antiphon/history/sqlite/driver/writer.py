"""The one writer of a server: every write is one whole transaction in one trip to its thread.

How far a commit is safe:

- at once from the death of the process: it is in the operating system's hands (`synchronous`
  NORMAL; a commit then costs about as much as the trip);
- at once from the death of the machine where an answer ended with it: such a commit is synced to
  the disk (`synchronous` FULL), and everything before it with it;
- after a second from the death of the machine for a running answer: the first commit that finds
  a second's worth unsynced is synced as well.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import anyio

from antiphon.history.sqlite.driver.errors import explanation, storage_error
from antiphon.history.sqlite.driver.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.sqlite.driver.connection import WorkerConnection
    from antiphon.history.sqlite.driver.wal_checkpoint import Checkpoints

_log = logging.getLogger(__name__)

T = TypeVar("T")

_UNSYNCED_S: Final = 1.0


class Writer:
    """Writes through one connection, in the order of the calls."""

    def __init__(self, connection: WorkerConnection, checkpoints: Checkpoints) -> None:
        self._connection = connection
        self._checkpoints = checkpoints
        self._unsynced_since: float | None = None
        self.problem: str | None = None
        """Why the last write failed; `None` as soon as one succeeds."""

    async def write(self, work: Callable[[sqlite3.Connection], T], *, durable: bool = False) -> T:
        """Runs `work` as one transaction; with `durable` it is on the disk when this returns.

        Once begun, it ends: a cancelled caller waits for the end. (A task that is cancelled past
        anyio leaves earlier; the transaction ends all the same, in its thread.)

        Raises `AntiphonError` of kind `storage`, and what `work` raises; nothing is stored then.
        """
        with anyio.CancelScope(shield=True):
            try:
                return await self._connection.run(partial(self._transact, work, durable))
            except sqlite3.Error as problem:
                self.problem = " ".join(explanation(problem))
                _log.warning("a write to the history failed: %s", self.problem)
                raise storage_error(problem) from problem
        raise AssertionError("a scope that nobody cancels swallows nothing")

    def _transact(
        self,
        work: Callable[[sqlite3.Connection], T],
        durable: bool,
        connection: sqlite3.Connection,
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

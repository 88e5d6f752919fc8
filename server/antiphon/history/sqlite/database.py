"""Opens the connections to a history's file, or to a database in memory."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import anyio

from antiphon.history.sql.database import UserReader
from antiphon.history.sqlite.access.readers import Readers
from antiphon.history.sqlite.driver.connection import WorkerConnection, connect
from antiphon.history.sqlite.driver.errors import UnusableDatabase, explanation, storage_error
from antiphon.history.sqlite.driver.reader import Reader
from antiphon.history.sqlite.driver.wal_checkpoint import note_on_version
from antiphon.history.sqlite.driver.writer import Writer
from antiphon.history.sqlite.opening.migrate import schema_version
from antiphon.history.sqlite.opening.opening import DatabaseOpener, open_in_memory
from antiphon.history.sqlite.opening.path import MEMORY, path_of
from antiphon.history.sqlite.opening.recovery import recover
from antiphon.model.commands.models import HistoryStatus
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection
    from antiphon.history.sqlite.maintenance import SqliteMaintenance
    from antiphon.history.sqlite.opening.server_locks import FileLock
    from antiphon.model.commands.search import SearchParams, SearchResult

_log = logging.getLogger(__name__)

T = TypeVar("T")

_STEPS_BETWEEN_LOOKS: Final = 10_000


class SqliteDatabase:
    """The connections to one database, and whose server they are. All users have them together."""

    def __init__(
        self,
        writer: Writer,
        reading: WorkerConnection,
        *,
        server_id: str,
        status: HistoryStatus,
        path: Path | None = None,
        alive: FileLock | None = None,
    ) -> None:
        self.writer = writer
        self.write = writer.write  # every token passes here
        self.readers = Readers(Reader(reading), path)
        self.server_id = server_id
        self.path = path
        self.shares: dict[str, frozenset[str]] = {}
        """Who may read which session besides its owner."""
        self.closed = False
        self._whole = Reader(reading)
        self._status = status
        self.survives = status.location != MEMORY
        self._reading = reading
        self._alive = alive

    def status(self) -> HistoryStatus:
        problem = self.writer.problem or self._status.problem
        return self._status.model_copy(update={"problem": problem})

    async def was_committed(self, transaction: str) -> bool:
        raise AssertionError("SQLite answers every commit")

    async def read(self, user: str, work: Callable[[SqliteConnection], T]) -> T:
        return await self.readers.read(user, work)

    async def read_whole(self, work: Callable[[SqliteConnection], T]) -> T:
        return await self._whole.read(work)

    async def read_apart(self, user: str, work: Callable[[SqliteConnection], T]) -> T:
        return await self.readers.read_apart(user, work)

    async def search(self, user: str, params: SearchParams) -> SearchResult:
        """Searches through connections of its own, as opening a session must not wait."""
        cancelled = threading.Event()
        try:
            return await self.readers.read_long(user, partial(_stoppable, cancelled, params))
        finally:
            cancelled.set()

    async def recover(self) -> int:
        if self.path is None:
            return 0
        work = partial(recover, database=self.path, own_id=self.server_id)
        with anyio.CancelScope(shield=True):
            try:
                return await self.writer.run(work)
            except sqlite3.Error as problem:
                raise storage_error(problem) from problem
            except OSError as problem:  # a lock file of another server
                raise error("storage", f"The history's folder: {problem.strerror}.") from problem
        raise AssertionError("a shielded scope swallows no exception")

    async def version(self) -> int:
        """Returns the writing connection's `data_version`, which own commits do not change.

        See https://sqlite.org/pragma.html#pragma_data_version.
        """
        if self.path is None:  # nobody else has a database in memory
            return 0
        try:
            return await self.writer.run(_data_version)
        except sqlite3.Error as problem:
            raise storage_error(problem) from problem

    def maintenance(self, user: str) -> SqliteMaintenance:
        from antiphon.history.sqlite.maintenance import (  # noqa: PLC0415 - few clients need it
            SqliteMaintenance,
        )

        reader = UserReader(self, user)
        return SqliteMaintenance(self.writer, reader, self.server_id, self.status, self.path)

    async def watch(self) -> None:
        """Returns at once: a file does not go away and come back."""

    async def aclose(self) -> None:
        """Waits for the last write, closes the file and releases this server's lock."""
        if self.closed:
            return
        self.closed = True
        with anyio.CancelScope(shield=True):
            try:
                await self.readers.aclose()
                if self._reading is not self.writer:
                    await self._reading.close()
                # Last: the last connection to a file copies its log and removes it.
                await self.writer.close()
                _log.debug("the history is closed")
            finally:
                if self._alive is not None:
                    self._alive.release(remove=True)


async def open_file(path: Path, server_id: str) -> SqliteDatabase:
    """Opens a file, migrates it, and announces this server.

    Raises `UnusableDatabase`, `sqlite3.Error` or `OSError`.
    """
    began = time.perf_counter()
    opening = DatabaseOpener(path, server_id)
    try:
        writer = await Writer(opening, path).opened()
        reading = await _open_reading(path, writer)
    except BaseException:
        opening.alive.release(remove=True)
        raise
    status = HistoryStatus(
        backend="sqlite",
        schema_version=opening.version,
        location=str(path),
        problem=opening.notice,
        engine=f"SQLite {sqlite3.sqlite_version}",
        note=note_on_version(),
    )
    took = (time.perf_counter() - began) * 1000
    _log.info(
        "history %s opened in %.0f ms: schema %s, %s", path, took, opening.version, status.engine
    )
    return SqliteDatabase(
        writer, reading, server_id=server_id, status=status, path=path, alive=opening.alive
    )


async def _open_reading(path: Path, writer: Writer) -> WorkerConnection:
    try:
        return await WorkerConnection(partial(connect, path, read_only=True)).opened()
    except BaseException:
        with anyio.CancelScope(shield=True):
            await writer.close()
        raise


async def open_memory(server_id: str, problem: str | None = None) -> SqliteDatabase:
    """Opens a database that ends with the server, and says why in its status."""
    connection = await Writer(open_in_memory).opened()
    status = HistoryStatus(
        backend="sqlite",
        schema_version=await connection.run(schema_version),
        location=MEMORY,
        problem=problem,
    )
    # A second connection would open another database.
    return SqliteDatabase(connection, connection, server_id=server_id, status=status)


async def open_sqlite(location: str | Path | None, server_id: str) -> SqliteDatabase:
    """Opens the database that `location` names, in memory if its file cannot be used."""
    try:
        path = path_of(location)
        return await (open_file(path, server_id) if path else open_memory(server_id))
    except UnusableDatabase as unusable:
        problem = f"{unusable.reason} {unusable.hint}"
    except sqlite3.Error as failed:
        problem = " ".join(explanation(failed))
    except OSError as failed:
        problem = (
            f"The history file cannot be used: {failed.strerror or failed}. "
            "Check the permissions of the file and of its folder."
        )
    _log.error("the history is kept in memory only: %s", problem)
    notice = f"History is off: nothing is kept. {problem} Then start the server again."
    return await open_memory(server_id, notice)


def _data_version(connection: SqliteConnection) -> int:
    return connection.execute("PRAGMA data_version").fetchone()[0]


def _stoppable(
    cancelled: threading.Event, params: SearchParams, connection: SqliteConnection
) -> SearchResult:
    """Searches until it is done or cancelled."""
    connection.set_progress_handler(cancelled.is_set, _STEPS_BETWEEN_LOOKS)
    try:
        from antiphon.history.sqlite.search.search import search  # noqa: PLC0415 - in its thread

        return search(connection, params)
    finally:
        connection.set_progress_handler(None, 0)

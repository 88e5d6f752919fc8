"""Opens the connections to a history's file, or to a database in memory."""

from __future__ import annotations

import logging
import sqlite3
import time
from functools import partial
from typing import TYPE_CHECKING

import anyio

from antiphon.history.sqlite.access.readers import Readers
from antiphon.history.sqlite.driver.connection import WorkerConnection, connect
from antiphon.history.sqlite.driver.reader import Reader
from antiphon.history.sqlite.driver.wal_checkpoint import note_on_version
from antiphon.history.sqlite.driver.writer import Writer
from antiphon.history.sqlite.opening.migrate import schema_version
from antiphon.history.sqlite.opening.opening import DatabaseOpener, open_in_memory
from antiphon.history.sqlite.opening.path import MEMORY
from antiphon.model.commands.models import HistoryStatus

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.sqlite.opening.server_locks import FileLock

_log = logging.getLogger(__name__)


class OpenFile:
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
        self.whole = Reader(reading)
        """Reads what belongs to anybody."""
        self.readers = Readers(self.whole, path)
        """Reads what one user may read."""
        self.server_id = server_id
        self.status = status
        self.path = path
        self.shares: dict[str, frozenset[str]] = {}
        """Who may read which session besides its owner."""
        self.closed = False
        self._reading = reading
        self._alive = alive

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


async def open_file(path: Path, server_id: str) -> OpenFile:
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
    return OpenFile(
        writer, reading, server_id=server_id, status=status, path=path, alive=opening.alive
    )


async def _open_reading(path: Path, writer: Writer) -> WorkerConnection:
    try:
        return await WorkerConnection(partial(connect, path, read_only=True)).opened()
    except BaseException:
        with anyio.CancelScope(shield=True):
            await writer.close()
        raise


async def open_memory(server_id: str, problem: str | None = None) -> OpenFile:
    """Opens a database that ends with the server, and says why in its status."""
    connection = await Writer(open_in_memory).opened()
    status = HistoryStatus(
        backend="sqlite",
        schema_version=await connection.run(schema_version),
        location=MEMORY,
        problem=problem,
    )
    # A second connection would open another database.
    return OpenFile(connection, connection, server_id=server_id, status=status)

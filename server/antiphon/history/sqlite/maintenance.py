"""Counts what a database contains and how its space is used."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio

from antiphon.history.sqlite.driver.errors import storage_error
from antiphon.history.sqlite.driver.reader import reader_apart
from antiphon.history.sqlite.driver.wal_checkpoint import copy_log, has_reset_bug
from antiphon.history.sqlite.integrity_check import check_integrity, check_search_index
from antiphon.history.sqlite.opening.corruption import sidecar_path
from antiphon.history.sqlite.opening.server_locks import other_servers_running
from antiphon.history.upkeep import FIGURES, require_machine_user
from antiphon.model.commands.maintenance import HistoryStats, VacuumResult, VerifyResult
from antiphon.model.failure import AntiphonError, error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from antiphon.history.sql.connection import Connection
    from antiphon.history.sql.database import UserReader
    from antiphon.history.sqlite.driver.connection import SqliteConnection, WorkerConnection
    from antiphon.model.commands.models import HistoryStatus


_INDEX_BYTES: Final = "SELECT coalesce(sum(length(block)), 0) AS index_bytes FROM search_data"


def storage_stats(connection: Connection) -> dict[str, Any]:
    """Returns the fields of `HistoryStats` that come from the database itself."""
    found = dict(connection.execute(FIGURES).fetchone())
    found |= dict(connection.execute(_INDEX_BYTES).fetchone())
    page, pages, free = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count")
    )
    return {**found, "bytes": page * pages, "free_bytes": page * free}


T = TypeVar("T")

_RUNNING: Final = "SELECT 1 FROM messages WHERE status = 'streaming' LIMIT 1"


class SqliteMaintenance:
    """Carries out the three commands of `antiphon history`, for one user."""

    def __init__(
        self,
        writing: WorkerConnection,
        reader: UserReader,
        server_id: str,
        status: Callable[[], HistoryStatus],
        path: Path | None,
    ) -> None:
        self._writing = writing
        self._reader = reader
        self._server_id = server_id
        self._status = status
        self._path = path

    async def stats(self) -> HistoryStats:
        found = await self._reader.read_apart(storage_stats)
        status = self._status()
        log = 0 if self._path is None else _size(sidecar_path(self._path, "-wal"))
        return HistoryStats(
            location=status.location,
            schema_version=status.schema_version,
            log_bytes=log,
            **found,
        )

    async def vacuum(self) -> VacuumResult:
        require_machine_user(self._reader.user)
        before = (await self.stats()).bytes
        await self._write(partial(_pack, path=self._path, check=self._check_unused))
        return VacuumResult(before_bytes=before, after_bytes=(await self.stats()).bytes)

    async def verify(self) -> VerifyResult:
        require_machine_user(self._reader.user)
        problems, checked = await self._apart(check_integrity)
        skipped: list[str] = []
        try:
            problems += await self._write(partial(check_search_index, check=self._check_unused))
            checked.append("search index")
        except AntiphonError as refusal:
            if refusal.failure.kind != "conflict":
                raise
            skipped.append(f"search index: {refusal.failure.message}")
        return VerifyResult(problems=problems, checked=checked, skipped=skipped or None)

    def _check_unused(self, connection: SqliteConnection) -> None:
        if self._path is not None and other_servers_running(self._path, self._server_id):
            raise error(
                "conflict",
                "Another editor or terminal has the history open.",
                hint="Close the other editors that use Antiphon, then try again.",
            )
        if connection.execute(_RUNNING).fetchone() is not None:
            raise error("conflict", "An answer is still running.")

    async def _apart(self, work: Callable[[SqliteConnection], T]) -> T:
        """Reads through a separate connection, so that a long check blocks nobody."""
        if self._path is None:
            return await self._write(work)
        async with reader_apart(self._path) as reader:
            return await reader.read(work)

    async def _write(self, work: Callable[[SqliteConnection], T]) -> T:
        with anyio.CancelScope(shield=True):
            try:
                return await self._writing.run(work)
            except sqlite3.Error as problem:
                raise storage_error(problem) from problem
        raise AssertionError("a shielded scope swallows no exception")


def _pack(
    connection: SqliteConnection,
    path: Path | None,
    check: Callable[[SqliteConnection], None],
) -> None:
    check(connection)
    # Merging the index into one segment drops the words of deleted messages.
    connection.execute("INSERT INTO search (search) VALUES ('optimize')")
    connection.execute("VACUUM")
    if path is None:
        return
    if has_reset_bug():
        copy_log(connection, path)
    else:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

"""Reads a file in one snapshot, or copies it, and leaves it as it is.

Unlike a server it migrates nothing, ends no answers and makes no file. Servers may use the file
meanwhile.
"""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager, closing
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import anyio

from antiphon.history.sqlite.driver.connection import WorkerConnection, connect
from antiphon.history.sqlite.driver.errors import UnusableDatabase, storage_error
from antiphon.history.sqlite.opening import corruption
from antiphon.history.sqlite.opening.migrate import shipped
from antiphon.history.sqlite.opening.opening import check_version
from antiphon.history.sqlite.opening.path import make_empty
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection

T = TypeVar("T")

_CHECK_S: Final = 1.0


class SqliteSnapshot:
    """A file as it was at the first read."""

    def __init__(self, connection: WorkerConnection) -> None:
        self._connection = connection

    async def read(self, work: Callable[[SqliteConnection], T]) -> T:
        """Runs `work` in the snapshot. Raises `AntiphonError` (`storage`)."""
        try:
            return await self._connection.run(work)
        except sqlite3.Error as problem:
            raise storage_error(problem) from problem


@asynccontextmanager
async def open_snapshot(path: Path) -> AsyncGenerator[SqliteSnapshot]:
    """Opens a file for the block.

    Raises `AntiphonError`: `not_found` if there is none, `storage` if it cannot be read or has
    another schema than this version of Antiphon.
    """
    connection = await _opened(path)
    try:
        yield SqliteSnapshot(connection)
    finally:
        with anyio.CancelScope(shield=True):
            await connection.close()


async def copy_file(path: Path, target: Path) -> None:
    """Copies a file that servers may use into a new one, mode 0600.

    What was deleted is not in it. Raises like `open_snapshot`, and `AntiphonError` (`storage`) if
    the copy cannot be written.
    """
    async with open_snapshot(path) as snapshot:
        await snapshot.read(partial(_copy_into, target=target))


async def _opened(path: Path) -> WorkerConnection:
    if not await anyio.Path(path).is_file():
        raise error("not_found", f"There is no history {path}.", hint="Check the path.")
    try:
        return await WorkerConnection(partial(_begin, path)).opened()
    except UnusableDatabase as unusable:
        raise error("storage", unusable.reason, hint=unusable.hint) from unusable
    except sqlite3.Error as problem:
        raise storage_error(problem) from problem


def _begin(path: Path) -> SqliteConnection:
    corruption.check_size(path)
    connection = connect(path, read_only=True)
    try:
        connection.execute("BEGIN")
        corruption.check_ours(connection)
        _check_schema(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_schema(connection: SqliteConnection, path: Path) -> None:
    newest = shipped()[-1].version
    version = check_version(connection, newest)
    if version < newest:
        raise UnusableDatabase(
            f"{path} has the schema {version}; this Antiphon reads {newest}.",
            "Let a server open it once, which brings it up to date and keeps a copy: "
            "`antiphon history stats` with this file as history.url.",
        )


def _copy_into(connection: SqliteConnection, target: Path) -> None:
    """Copies what the snapshot's file holds now. SQLite does not do that in a transaction."""
    connection.execute("ROLLBACK")
    connection.execute("PRAGMA query_only = OFF")
    make_empty(target)  # VACUUM INTO accepts an empty file, and so keeps its mode
    connection.execute("VACUUM INTO ?", (str(target),))
    with closing(connect(target, read_only=True)) as copied:
        corruption.check(copied, limit_s=_CHECK_S)

"""Reads through one connection, each read in its own snapshot of the database."""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import anyio

from antiphon.history.sqlite.driver.connection import WorkerConnection, connect
from antiphon.history.sqlite.driver.errors import storage_error
from antiphon.history.sqlite.driver.transaction import snapshot

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection

T = TypeVar("T")


class Reader:
    """Reads in the order of the calls.

    Raises `AntiphonError` of kind `storage`.
    """

    def __init__(self, connection: WorkerConnection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, path: Path) -> Reader:
        """Opens a separate connection for reads that take long, so that others do not wait."""
        try:
            return cls(await WorkerConnection(partial(connect, path, read_only=True)).opened())
        except sqlite3.Error as problem:
            raise storage_error(problem) from problem

    async def read(self, work: Callable[[SqliteConnection], T]) -> T:
        """Runs `work` in a snapshot of the database."""
        try:
            return await self._connection.run(partial(_in_snapshot, work))
        except sqlite3.Error as problem:
            raise storage_error(problem) from problem

    async def aclose(self) -> None:
        """Closes the connection, even if the task is cancelled."""
        with anyio.CancelScope(shield=True):
            await self._connection.close()


@asynccontextmanager
async def reader_apart(path: Path) -> AsyncGenerator[Reader]:
    """Opens a reader with its own connection for the block."""
    reader = await Reader.open(path)
    try:
        yield reader
    finally:
        await reader.aclose()


def _in_snapshot(work: Callable[[SqliteConnection], T], connection: SqliteConnection) -> T:
    with snapshot(connection):
        return work(connection)

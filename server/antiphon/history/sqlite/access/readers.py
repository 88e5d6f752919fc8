"""Reads for one user: through views if others have rows too, else from tables.

All users of a server share the connections with views. They are opened when they are first needed.
"""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import anyio

from antiphon.history.conversations.access import THIS_MACHINE, has_other_users
from antiphon.history.sqlite.access.visible_rows import (
    Viewer,
    connect_for,
    hide_others,
)
from antiphon.history.sqlite.driver.connection import WorkerConnection
from antiphon.history.sqlite.driver.errors import storage_error
from antiphon.history.sqlite.driver.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection

T = TypeVar("T")

_SHARED_FILE: Final = object()
"""Instead of a result: others have rows here, so the views must be used."""


class _Lane:
    """A connection to the whole file, and one with views beside it."""

    def __init__(self, path: Path | None, plain: Reader | None) -> None:
        self._path = path
        self._plain = plain
        self._hiding: Reader | None = None
        self._viewer = Viewer()
        self._opening = anyio.Lock()

    async def read(self, user: str, work: Callable[[SqliteConnection], T]) -> T:
        if user == THIS_MACHINE:
            found = await (await self.plain()).read(partial(_unless_shared, work))
            if found is not _SHARED_FILE:
                return cast("T", found)
        if self._path is None:
            return await (await self.plain()).read(partial(_with_views, work, user))
        return await (await self._reader_of_views(self._path)).read(partial(self._as, work, user))

    async def plain(self) -> Reader:
        if self._plain is not None:
            return self._plain
        async with self._opening:
            assert self._path is not None  # noqa: S101 - a history in memory has a connection
            self._plain = self._plain or await Reader.open(self._path)
            return self._plain

    async def aclose(self, *, all_of_it: bool) -> None:
        if self._hiding is not None:
            await self._hiding.aclose()
        if all_of_it and self._plain is not None:
            await self._plain.aclose()

    async def _reader_of_views(self, path: Path) -> Reader:
        async with self._opening:
            if self._hiding is None:
                work = partial(connect_for, path, self._viewer)
                try:
                    self._hiding = Reader(await WorkerConnection(work).opened())
                except sqlite3.Error as problem:
                    raise storage_error(problem) from problem
            return self._hiding

    def _as(
        self, work: Callable[[SqliteConnection], T], user: str, connection: SqliteConnection
    ) -> T:
        self._viewer.name = user
        return work(connection)


class Readers:
    """The connections that read one file, for all users.

    Long reads have connections of their own, so that opening a session does not wait for them.
    """

    def __init__(self, reader: Reader, path: Path | None) -> None:
        self._path = path
        self._usual = _Lane(path, reader)
        # Without a file, a second connection would open another database.
        self._long = _Lane(path, None) if path is not None else self._usual

    async def read(self, user: str, work: Callable[[SqliteConnection], T]) -> T:
        """Runs `work` in a snapshot of what `user` may read."""
        return await self._usual.read(user, work)

    async def read_long(self, user: str, work: Callable[[SqliteConnection], T]) -> T:
        """Does the same through the connections for searches."""
        return await self._long.read(user, work)

    async def read_apart(self, user: str, work: Callable[[SqliteConnection], T]) -> T:
        """Does the same through a new connection, which delays nobody."""
        if self._path is None:
            return await self._usual.read(user, work)
        lane = _Lane(self._path, None)
        try:
            return await lane.read(user, work)
        finally:
            await lane.aclose(all_of_it=True)

    async def aclose(self) -> None:
        """Closes every connection but the one that it was given."""
        await self._usual.aclose(all_of_it=False)
        if self._long is not self._usual:
            await self._long.aclose(all_of_it=True)


def _unless_shared(work: Callable[[SqliteConnection], Any], connection: SqliteConnection) -> Any:
    return _SHARED_FILE if has_other_users(connection) else work(connection)


def _with_views(
    work: Callable[[SqliteConnection], T], user: str, connection: SqliteConnection
) -> T:
    # The snapshot is rolled back, and the views with it.
    hide_others(connection, Viewer(user))
    return work(connection)

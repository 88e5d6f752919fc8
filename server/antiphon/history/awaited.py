"""Keeps a history in memory until its database can be reached, then moves it there.

A server that starts while PostgreSQL is away works all the same. As soon as the database answers
and no answer is running, the conversations in memory are copied to it, and it is used from then on.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, TypeVar

import anyio

from antiphon.history.conversations.access import load_shares
from antiphon.history.copying.copy import copy_history
from antiphon.history.opening import open_database
from antiphon.history.postgresql.database import open_postgresql
from antiphon.history.postgresql.driver.errors import UnusableDatabase
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from antiphon.engine.ports.sessions import Maintenance
    from antiphon.history.sql.connection import Connection
    from antiphon.history.sql.database import Database
    from antiphon.model.commands.maintenance import HistoryStats, VacuumResult, VerifyResult
    from antiphon.model.commands.models import HistoryStatus
    from antiphon.model.commands.search import SearchParams, SearchResult

_log = logging.getLogger(__name__)

T = TypeVar("T")

_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 15.0
_GOES_ON: Final = "It is tried again by itself."
_RUNNING: Final = "SELECT EXISTS (SELECT 1 FROM messages WHERE status = 'streaming')"


class AwaitedDatabase:
    """A database in memory, until `open_other` returns the one that was meant.

    `open_other` returns `None` as long as it cannot be reached.
    """

    def __init__(
        self, memory: Database, open_other: Callable[[], Awaitable[Database | None]]
    ) -> None:
        self.shares = memory.shares
        self._memory = memory
        self._current = memory
        self._open_other = open_other
        self._moving = anyio.Lock(fast_acquire=True)

    @property
    def server_id(self) -> str:
        return self._current.server_id

    @property
    def closed(self) -> bool:
        return self._current.closed

    @property
    def survives(self) -> bool:
        return self._current.survives

    def status(self) -> HistoryStatus:
        status = self._current.status()
        if self._current is not self._memory:
            return status
        return status.model_copy(update={"problem": f"{status.problem} {_GOES_ON}"})

    async def write(
        self, work: Callable[[Connection], T], *, durable: bool = False, indexes: bool = False
    ) -> T:
        async with self._moving:
            return await self._current.write(work, durable=durable, indexes=indexes)

    async def was_committed(self, transaction: str) -> bool:
        return await self._current.was_committed(transaction)

    async def read(self, user: str, work: Callable[[Connection], T]) -> T:
        return await self._current.read(user, work)

    async def read_whole(self, work: Callable[[Connection], T]) -> T:
        return await self._current.read_whole(work)

    async def read_apart(self, user: str, work: Callable[[Connection], T]) -> T:
        return await self._current.read_apart(user, work)

    async def search(self, user: str, params: SearchParams) -> SearchResult:
        return await self._current.search(user, params)

    async def recover(self) -> int:
        async with self._moving:
            return await self._current.recover()

    async def version(self) -> int:
        return await self._current.version()

    def maintenance(self, user: str) -> Maintenance:
        return _Maintenance(lambda: self._current.maintenance(user))

    async def watch(self) -> None:
        pause = _FIRST_PAUSE_S
        while True:
            await anyio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
            other = await self._open_other()
            if other is not None:
                break
        await self._move(other)
        await other.watch()

    async def aclose(self) -> None:
        if self._current is not self._memory:
            await self._memory.aclose()  # not before: somebody may have been reading there
        await self._current.aclose()

    async def _move(self, other: Database) -> None:
        """Copies what is in memory, at a moment in which no answer is running."""
        refusal: str | None = None
        pause = _FIRST_PAUSE_S
        try:
            while True:
                try:
                    if await self._try_to_move(other):
                        break
                    pause = _FIRST_PAUSE_S
                except AntiphonError as problem:
                    if refusal != problem.failure.message:
                        refusal = problem.failure.message
                        _log.warning("the history stays in memory: %s", refusal)
                    pause = min(2 * pause, _LONGEST_PAUSE_S)
                await anyio.sleep(pause)
        finally:
            if self._current is not other:
                with anyio.CancelScope(shield=True):
                    await other.aclose()

    async def _try_to_move(self, other: Database) -> bool:
        """Returns `False` while an answer is running. Raises what `copy_history` does."""
        async with self._moving:
            if await self._memory.read_whole(_has_running):
                return False
            report = await copy_history(_Whole(self._memory), other, _say_nothing)
            self.shares.update(await other.read_whole(load_shares))
            self._current = other
        _log.info("the history is kept in its database now: %d sessions moved", report.sessions)
        return True


class _Maintenance:
    """Looks after whatever database is used at the moment."""

    def __init__(self, current: Callable[[], Maintenance]) -> None:
        self._current = current

    async def stats(self) -> HistoryStats:
        return await self._current().stats()

    async def vacuum(self) -> VacuumResult:
        return await self._current().vacuum()

    async def verify(self) -> VerifyResult:
        return await self._current().verify()


class _Whole:
    """A database that nobody writes, as the source of a copy."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._database.read_whole(work)


def _has_running(connection: Connection) -> bool:
    return bool(connection.execute(_RUNNING).fetchone()[0])


def _say_nothing(_phase: object, _done: int, _total: int) -> None:
    """Reports the progress of a copy to nobody."""


async def open_or_await(location: str | Path | None, server_id: str) -> Database:
    """Opens a database, and goes on trying if it may come back, like `open_history`."""
    database = await open_database(location, server_id)
    if database.survives:
        return database

    async def open_if_usable() -> Database | None:
        try:
            return await open_postgresql(str(location), server_id)
        except UnusableDatabase:
            return None

    return AwaitedDatabase(database, open_if_usable)

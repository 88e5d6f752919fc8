"""Opens a history in PostgreSQL, and has its connections.

One connection writes, in the order of the calls; one reads; one searches, from the first search on;
one tells that this server lives (`driver/presence.py`). A read that takes long gets one of its own.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import anyio.to_thread

from antiphon.history.conversations.access import THIS_MACHINE, has_other_users
from antiphon.history.postgresql.driver.address import parse_address
from antiphon.history.postgresql.driver.connection import LONG_TIMEOUT_S, connect_here
from antiphon.history.postgresql.driver.errors import FAILURES, UnusableDatabase, explanation
from antiphon.history.postgresql.driver.presence import Presence
from antiphon.history.postgresql.driver.worker import Worker
from antiphon.history.postgresql.opening.migrate import (
    check_search_path,
    migrate,
    quoted,
    seen_schema,
    shipped,
)
from antiphon.history.postgresql.opening.recovery import recover
from antiphon.history.postgresql.search.index import index_words
from antiphon.model.commands.models import HistoryStatus
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.postgresql.driver.address import Address
    from antiphon.history.postgresql.driver.connection import PostgresqlConnection
    from antiphon.history.postgresql.maintenance import PostgresqlMaintenance
    from antiphon.model.commands.search import SearchParams, SearchResult

_log = logging.getLogger(__name__)

T = TypeVar("T")

_VIEWER: Final = """
    SELECT set_config('antiphon.viewer', 'user:' || ?, true), set_config('search_path', ?, true)
"""


class PostgresqlDatabase:
    """The connections to one database. All users have them together."""

    def __init__(
        self, address: Address, presence: Presence, *, server_id: str, status: HistoryStatus
    ) -> None:
        self.server_id = server_id
        self.shares: dict[str, frozenset[str]] = {}
        self.closed = False
        self.presence = presence
        presence.on_return = self._forget_problem
        self._status = status
        self._new_worker = partial(Worker, address, presence, server_id)
        self._writer = self._new_worker()
        self._reader = self._new_worker()
        self._searcher = self._new_worker(timeout_s=LONG_TIMEOUT_S)

    def _forget_problem(self) -> None:
        self._writer.problem = None

    @property
    def survives(self) -> bool:
        return True

    def status(self) -> HistoryStatus:
        problem = self.presence.problem or self._writer.problem
        return self._status.model_copy(update={"problem": problem})

    async def write(
        self,
        work: Callable[[PostgresqlConnection], T],
        *,
        durable: bool = False,
        indexes: bool = False,
    ) -> T:
        """Runs `work` as one transaction, which is on the server's disk at the return."""
        whole = partial(_indexed, work) if indexes else work
        return await self._writer.write(whole, notify=durable or indexes)

    async def was_committed(self, transaction: str) -> bool:
        return await self._writer.was_committed(transaction)

    async def read(self, user: str, work: Callable[[PostgresqlConnection], T]) -> T:
        return await self._reader.read(partial(_as_user, user, work))

    async def read_whole(self, work: Callable[[PostgresqlConnection], T]) -> T:
        return await self._reader.read(work)

    async def read_apart(self, user: str, work: Callable[[PostgresqlConnection], T]) -> T:
        worker = self._new_worker(timeout_s=LONG_TIMEOUT_S)
        try:
            return await worker.read_stoppable(partial(_as_user, user, work))
        finally:
            await worker.aclose()

    async def search(self, user: str, params: SearchParams) -> SearchResult:
        work = partial(_as_user, user, partial(_search, params))
        return await self._searcher.read_stoppable(work)

    async def recover(self) -> int:
        return await self.write(partial(recover, own_id=self.server_id), indexes=True)

    async def version(self) -> int:
        return self.presence.version

    def maintenance(self, user: str) -> PostgresqlMaintenance:
        from antiphon.history.postgresql.maintenance import (  # noqa: PLC0415 - few clients need it
            PostgresqlMaintenance,
        )

        return PostgresqlMaintenance(self, self._new_worker, user)

    async def watch(self) -> None:
        await self.presence.watch()

    async def aclose(self) -> None:
        if self.closed:
            return
        self.closed = True
        for worker in (self._searcher, self._reader, self._writer):
            await worker.aclose()
        await self.presence.aclose()
        _log.debug("the history is closed")


async def open_postgresql(url: str, server_id: str) -> PostgresqlDatabase:
    """Opens a database, makes its tables, and announces this server.

    Raises `UnusableDatabase`, also if it cannot be reached.
    """
    began = time.perf_counter()
    address = parse_address(url)
    try:
        database = await _open(address, server_id)
    except FAILURES as problem:
        raise UnusableDatabase(*explanation(problem)) from problem
    except AntiphonError as problem:  # of the first write, which ends what dead servers left
        raise UnusableDatabase(problem.failure.message, problem.failure.hint) from problem
    took = (time.perf_counter() - began) * 1000
    _log.info("history %s opened in %.0f ms", address.shown, took)
    return database


async def _open(address: Address, server_id: str) -> PostgresqlDatabase:
    version, engine, schema = await anyio.to_thread.run_sync(_prepare, address)
    presence = Presence(address, schema, server_id)
    await presence.start()
    status = HistoryStatus(
        backend="postgresql", schema_version=version, location=address.shown, engine=engine
    )
    database = PostgresqlDatabase(address, presence, server_id=server_id, status=status)
    try:
        ended = await database.recover()
    except BaseException:
        await database.aclose()
        raise
    if ended:
        _log.info("%d answers of servers that no longer run were ended", ended)
    return database


def _prepare(address: Address) -> tuple[int, str, str]:
    """Makes the tables, and returns their version, the server's name and the schema's."""
    connection = connect_here(address, LONG_TIMEOUT_S)
    try:
        check_search_path(connection, address.search_path)
        with connection.transaction():
            version = migrate(connection, shipped())
        found = connection.execute("SELECT current_setting('server_version')").fetchone()[0]
        return version, f"PostgreSQL {found.split(' ')[0]}", connection.schema
    finally:
        connection.close()


def _indexed(work: Callable[[PostgresqlConnection], T], connection: PostgresqlConnection) -> T:
    result = work(connection)
    index_words(connection)
    return result


def _as_user(
    user: str, work: Callable[[PostgresqlConnection], T], connection: PostgresqlConnection
) -> T:
    """Runs `work` on what `user` may read: through views if others have rows too."""
    if user == THIS_MACHINE and not has_other_users(connection):
        return work(connection)
    path = f"{quoted(seen_schema(connection.schema))}, {quoted(connection.schema)}"
    connection.execute(_VIEWER, (user, path))
    return work(connection)


def _search(params: SearchParams, connection: PostgresqlConnection) -> Any:
    from antiphon.history.postgresql.search.search import search  # noqa: PLC0415 - in its thread

    return search(connection, params)

"""Runs whole functions over one connection, each as one transaction in a thread.

A connection is opened when it is needed, and again after it was lost. A write whose connection is
lost before its commit is repeated once. If it is lost in the middle of the commit, the server's
own record of the transaction tells whether it took place (`pg_xact_status`): nothing is doubled.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread
import asyncpg

from antiphon.history.postgresql.driver.connection import (
    COMMAND_TIMEOUT_S,
    StatementCancelledError,
    connect_here,
)
from antiphon.history.postgresql.driver.errors import (
    FAILURES,
    explanation,
    is_collision,
    is_lost,
    storage_error,
)
from antiphon.history.postgresql.driver.presence import channel_of
from antiphon.history.sql.database import CommitInDoubtError
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.postgresql.driver.address import Address
    from antiphon.history.postgresql.driver.connection import PostgresqlConnection
    from antiphon.history.postgresql.driver.presence import Presence

_log = logging.getLogger(__name__)

T = TypeVar("T")

_ATTEMPTS: Final = 3
_NOTICE_S: Final = 0.2
_DOUBT_S: Final = 5.0
_BEGIN: Final = "BEGIN; SET LOCAL lock_timeout = '5s'"
_SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class DoubtfulCommitError(TimeoutError):
    """A commit of which nobody knows whether it took place, as its answer never came."""

    def __init__(self, transaction: str) -> None:
        super().__init__("the connection was lost in the middle of a commit")
        self.transaction = transaction


class Worker:
    """One connection, used by one function at a time, in the order of the calls."""

    def __init__(
        self,
        address: Address,
        presence: Presence,
        server_id: str,
        timeout_s: int = COMMAND_TIMEOUT_S,
    ) -> None:
        """Gives each statement `timeout_s`."""
        self._address = address
        self._timeout_s = timeout_s
        self._presence = presence
        self._server_id = server_id
        self._connection: PostgresqlConnection | None = None
        self._turn = anyio.Lock()
        self._noticed_at = 0.0
        self.problem: str | None = None
        """Why the last write failed; `None` as soon as one succeeds."""

    async def write(self, work: Callable[[PostgresqlConnection], T], *, notify: bool = True) -> T:
        """Runs `work` as one transaction. Once begun, it ends: a cancelled caller waits for it.

        `notify` tells other servers at once, otherwise a few times a second.

        Raises `AntiphonError` of kind `storage`, and what `work` raises; nothing is stored then.
        """
        with anyio.CancelScope(shield=True):
            async with self._turn:
                self._check_present()
                try:
                    result = await anyio.to_thread.run_sync(partial(self._write, work, notify))
                except DoubtfulCommitError as doubt:
                    self._presence.look()
                    self.problem = " ".join(explanation(doubt))
                    raise CommitInDoubtError(doubt.transaction) from doubt
                except FAILURES as problem:
                    self.problem = " ".join(explanation(problem))
                    _log.warning("a write to the history failed: %s", self.problem)
                    raise self._failed(problem) from problem
                self.problem = None
                return result
        raise AssertionError("a scope that nobody cancels swallows nothing")

    async def read(self, work: Callable[[PostgresqlConnection], T]) -> T:
        """Runs `work` in a snapshot of the database.

        Raises `AntiphonError` of kind `storage`.
        """
        async with self._turn:
            self._check_present()
            return await self._read_in_thread(work)

    async def read_stoppable(self, work: Callable[[PostgresqlConnection], T]) -> T:
        """Does the same as `read`, and stops the statement if the caller is cancelled."""
        found: list[T] = []
        problem: Exception | None = None
        # The turn is kept until nothing can be stopped any more: the next statement is another's.
        async with self._turn:
            self._check_present()
            async with anyio.create_task_group() as group:
                group.start_soon(self._stop_if_cancelled)
                with anyio.CancelScope(shield=True):
                    try:
                        found.append(await self._read_in_thread(work))
                    except StatementCancelledError:
                        _log.debug("a statement was stopped: nobody waits for it")
                    except Exception as raised:  # noqa: BLE001 - raised again outside of the group
                        problem = raised
                group.cancel_scope.cancel()
        if problem is not None:
            raise problem
        await anyio.lowlevel.checkpoint_if_cancelled()  # the group may have ended without noticing
        return found[0]

    async def _read_in_thread(self, work: Callable[[PostgresqlConnection], T]) -> T:
        try:
            return await anyio.to_thread.run_sync(partial(self._read, work))
        except FAILURES as problem:
            raise self._failed(problem) from problem

    async def was_committed(self, transaction: str) -> bool:
        """Tells what became of a commit in doubt. Raises `AntiphonError` (`storage`)."""
        async with self._turn:
            self._check_present()
            try:
                return await anyio.to_thread.run_sync(self._was_committed, transaction)
            except DoubtfulCommitError as doubt:
                raise self._failed(doubt) from doubt

    async def run(self, work: Callable[[PostgresqlConnection], T]) -> T:
        """Runs `work` outside of a transaction. Raises `AntiphonError` of kind `storage`."""
        async with self._turn:
            self._check_present()
            try:
                return await anyio.to_thread.run_sync(lambda: work(self._opened()))
            except FAILURES as problem:
                raise self._failed(problem) from problem

    async def aclose(self) -> None:
        """Closes the connection after what was asked for before."""
        with anyio.CancelScope(shield=True):
            async with self._turn:
                await anyio.to_thread.run_sync(self._drop)

    async def _stop_if_cancelled(self) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            if self._connection is not None:
                self._connection.cancel()

    def _check_present(self) -> None:
        if self._presence.is_away:
            message = self._presence.problem or "The history's database cannot be reached."
            raise error("storage", message, hint="It is used again as soon as it answers.")

    def _failed(self, problem: BaseException) -> Exception:
        if is_lost(problem):
            self._presence.look()
        return storage_error(problem)

    def _opened(self) -> PostgresqlConnection:
        if self._connection is None or self._connection.raw.is_closed():
            self._drop()
            self._connection = connect_here(self._address, self._timeout_s)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()

    def _read(self, work: Callable[[PostgresqlConnection], T]) -> T:
        for attempt in range(_ATTEMPTS):
            try:
                connection = self._opened()
                connection.wait(connection.raw.execute(_SNAPSHOT))
                result = work(connection)
            except FAILURES as problem:
                self._drop()
                if not is_lost(problem) or attempt:
                    raise
            except BaseException:
                self._roll_back()
                raise
            else:
                self._roll_back()
                return result
        raise AssertionError("the last attempt returns or raises")

    def _write(self, work: Callable[[PostgresqlConnection], T], notify: bool) -> T:
        for attempt in range(_ATTEMPTS):
            try:
                return self._transact(work, notify)
            except FAILURES as problem:
                again = is_collision(problem) or (is_lost(problem) and not attempt)
                if not is_collision(problem):
                    self._drop()
                if not again or attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _transact(self, work: Callable[[PostgresqlConnection], T], notify: bool) -> T:
        connection = self._opened()
        connection.wait(connection.raw.execute(_BEGIN))
        try:
            transaction = self._begin(connection, notify)
            result = work(connection)
        except BaseException:
            self._roll_back()
            raise
        try:
            connection.wait(connection.raw.execute("COMMIT"))
        except FAILURES as problem:
            self._drop()
            if not is_lost(problem):
                raise
            if not self._was_committed(transaction):
                raise
        return result

    def _begin(self, connection: PostgresqlConnection, notify: bool) -> str:
        """Learns the transaction's number, and notifies other servers of its commit."""
        now = time.monotonic()
        if not notify and now - self._noticed_at < _NOTICE_S:
            return connection.wait(connection.raw.fetchval("SELECT pg_current_xact_id()::text"))
        self._noticed_at = now
        notice = connection.raw.fetchval(
            "SELECT pg_current_xact_id()::text FROM pg_notify($1, $2)",
            channel_of(connection.schema),
            self._server_id,
        )
        return connection.wait(notice)

    def _was_committed(self, transaction: str) -> bool:
        """Asks the server what became of a commit, for a bounded time."""
        deadline = time.monotonic() + _DOUBT_S
        while time.monotonic() < deadline:
            try:
                connection = self._opened()
                status = connection.wait(
                    connection.raw.fetchval("SELECT pg_xact_status($1::text::xid8)", transaction)
                )
            except asyncpg.InvalidParameterValueError:
                return False  # of the future: this server took over and never heard of it
            except FAILURES:
                self._drop()
            else:
                if status != "in progress":
                    return status == "committed"
            time.sleep(_NOTICE_S)
        raise DoubtfulCommitError(transaction)

    def _roll_back(self) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            connection.wait(connection.raw.execute("ROLLBACK"))
        except (*FAILURES, StatementCancelledError):
            with suppress(asyncpg.PostgresError):
                self._drop()

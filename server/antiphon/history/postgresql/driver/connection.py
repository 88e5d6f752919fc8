"""Runs the history's functions over one asyncpg connection, in the calling thread.

The functions wait for each statement, so they run in a thread; asyncpg has no other way than a
loop, so each connection has a loop of its own, which runs while a statement does. psycopg would
need no loop, but its licence (LGPL) is not ours.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import asyncpg

from antiphon.history.postgresql.dialect import DIALECT
from antiphon.history.postgresql.driver.errors import SharedSessionError
from antiphon.history.postgresql.driver.statements import translated
from antiphon.history.postgresql.nul import with_nul, without_nul

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator, Iterator, Mapping, Sequence

    from antiphon.history.postgresql.driver.address import Address
    from antiphon.history.postgresql.driver.raw import RawConnection

T = TypeVar("T")

CONNECT_TIMEOUT_S: Final = 5
COMMAND_TIMEOUT_S: Final = 10
"""For what a stream waits."""
LONG_TIMEOUT_S: Final = 300
"""For what goes through much: searches, sums, migrations, copies."""
OWN_SESSION: Final = "SELECT pg_backend_pid()"
_RAISED: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class StatementCancelledError(Exception):
    """A statement that was stopped because nobody waits for it any more."""


class PostgresqlCursor:
    """The result of a statement."""

    def __init__(self, rows: Sequence[Any], rowcount: int = -1) -> None:
        self._rows = rows
        self._next = 0
        self.rowcount = rowcount

    def fetchone(self) -> Any:
        """Returns the next row, or `None`."""
        if self._next >= len(self._rows):
            return None
        self._next += 1
        return self._rows[self._next - 1]

    def fetchall(self) -> list[Any]:
        """Returns the rows that are left."""
        rest = list(self._rows[self._next :])
        self._next = len(self._rows)
        return rest

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())


class PostgresqlConnection:
    """A connection that the history's functions can use, in one thread at a time."""

    dialect = DIALECT

    def __init__(self, raw: RawConnection, loop: asyncio.AbstractEventLoop, schema: str) -> None:
        self.raw = raw
        self.schema = schema
        self._loop = loop
        self._waiting: asyncio.Task[Any] | None = None

    def execute(
        self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /
    ) -> PostgresqlCursor:
        """Runs one statement."""
        known = translated(statement)
        values = known.values(parameters)
        if not known.changes:
            return PostgresqlCursor(self.wait(self.raw.fetch(known.text, *values)))
        status: str = self.wait(self.raw.execute(known.text, *values))
        return PostgresqlCursor((), _count_of(status))

    def executemany(
        self, statement: str, parameters: Sequence[Sequence[Any] | Mapping[str, Any]], /
    ) -> None:
        """Runs a statement for each of `parameters`, in one trip to the server."""
        if not parameters:
            return
        if len(parameters) == 1:
            self.execute(statement, parameters[0])
            return
        known = translated(statement)
        rows = [known.values(each) for each in parameters]
        self.wait(self.raw.executemany(known.text, rows))

    def count_changes(
        self, statement: str, parameters: Sequence[Sequence[Any] | Mapping[str, Any]], /
    ) -> int:
        """Runs a statement for each of `parameters`, and returns how many rows all changed."""
        if len(parameters) == 1:
            return self.execute(statement, parameters[0]).rowcount
        known = translated(f"{statement} RETURNING 1")
        rows = [known.values(each) for each in parameters]
        return len(self.wait(self.raw.fetchmany(known.text, rows))) if rows else 0

    def take_turn(self, subject: str, /) -> None:
        """Waits for a lock that the database frees at the end of the transaction."""
        key = lock_key(self.schema, subject)
        self.wait(self.raw.execute("SELECT pg_advisory_xact_lock($1)", key))

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Commits everything in the block, or nothing."""
        self.wait(self.raw.execute("BEGIN"))
        try:
            yield
        except BaseException:
            self.wait(self.raw.execute("ROLLBACK"))
            raise
        self.wait(self.raw.execute("COMMIT"))

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs the loop until `work` is done. Raises `StatementCancelledError`."""
        self._waiting = self._loop.create_task(work)
        try:
            return self._loop.run_until_complete(self._waiting)
        except asyncio.CancelledError:
            raise StatementCancelledError from None
        finally:
            self._waiting = None

    def cancel(self) -> None:
        """Cancels the running statement, in the server too. Called from another thread."""
        waiting = self._waiting
        if waiting is not None:
            self._loop.call_soon_threadsafe(waiting.cancel)

    def close(self) -> None:
        """Closes the connection and its loop, whatever state they are in."""
        try:
            self.wait(self.raw.close(timeout=1))
        except (OSError, TimeoutError, StatementCancelledError, *_RAISED):
            self.raw.terminate()
        finally:
            # A transport closes its socket in the next turn of its loop.
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()


def lock_key(schema: str, subject: str) -> int:
    """Returns the 64 bits that name a lock. Those of other schemas have others."""
    digest = hashlib.sha256(f"antiphon:{schema}:{subject}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


async def connect(address: Address, timeout_s: int = COMMAND_TIMEOUT_S) -> RawConnection:
    """Connects, and lets text hold every character. Statements have `timeout_s` each.

    Raises what asyncpg and the operating system raise.
    """
    if not all(os.access(each, os.R_OK) for each in address.files):
        raise asyncpg.exceptions.ClientConfigurationError("a file cannot be read")
    connecting: Any = asyncpg.connect(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        address.dsn,
        timeout=CONNECT_TIMEOUT_S,
        command_timeout=timeout_s,
        statement_cache_size=100 if address.prepares else 0,
        server_settings={"application_name": "antiphon"},
    )
    try:
        raw: RawConnection = await connecting
    except ssl.SSLError:
        raise  # a certificate that is not trusted is a ValueError too
    except ValueError:
        # Without its words: asyncpg splits the address, so a part of a password may be in them.
        raise asyncpg.exceptions.ClientConfigurationError("a value is not valid") from None
    try:
        # A pool lets us in before it has a connection to the database.
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            await raw.set_type_codec(
                "text", schema="pg_catalog", encoder=without_nul, decoder=with_nul, format="text"
            )
    except BaseException:
        raw.terminate()
        raise
    return raw


def connect_here(address: Address, timeout_s: int = COMMAND_TIMEOUT_S) -> PostgresqlConnection:
    """Connects in the calling thread, with a loop for this connection alone."""
    loop = asyncio.new_event_loop()
    try:
        raw, schema = loop.run_until_complete(_connect_to_schema(address, timeout_s))
    except BaseException:
        # A transport closes its socket in the next turn of its loop.
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        raise
    return PostgresqlConnection(raw, loop, schema or "public")


async def check_session(address: Address, raw: RawConnection) -> None:
    """Checks whether the session of `raw` is its own between transactions.

    A pool that gives it to others loses its locks and notices without a word. PgBouncer hands out
    the session that was used last, so another transaction that begins now is given ours.

    Raises `SharedSessionError`, and what asyncpg raises.
    """
    ours: int = await raw.fetchval(OWN_SESSION)
    if ours == raw.get_server_pid():
        return
    other = await connect(address)
    try:
        await other.execute("BEGIN")
        theirs = await other.fetchval(OWN_SESSION)
        again = await raw.fetchval(OWN_SESSION)
    finally:
        other.terminate()
    if theirs == ours or again != ours:
        raise SharedSessionError


async def _connect_to_schema(address: Address, timeout_s: int) -> tuple[RawConnection, str | None]:
    raw = await connect(address, timeout_s)
    try:
        query = "SELECT current_schema()::text"
        return raw, await raw.fetchval(query, timeout=CONNECT_TIMEOUT_S)
    except BaseException:
        raw.terminate()
        raise


def _count_of(status: str) -> int:
    """Returns the rows that a command's tag counts: `INSERT 0 3`, `UPDATE 3`."""
    return int(status.rsplit(" ", 1)[-1])

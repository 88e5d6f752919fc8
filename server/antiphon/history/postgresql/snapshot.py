"""Reads a database in one snapshot, and leaves it as it is.

Unlike a server it makes no tables, ends no answers and announces nothing.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
import anyio.to_thread

from antiphon.history.postgresql.driver.address import parse_address
from antiphon.history.postgresql.driver.connection import LONG_TIMEOUT_S, connect_here
from antiphon.history.postgresql.driver.errors import FAILURES, storage_error
from antiphon.history.postgresql.opening.migrate import shipped
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from antiphon.history.postgresql.driver.connection import PostgresqlConnection

T = TypeVar("T")

_BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_IDENTITY: Final = """
    SELECT pg_postmaster_start_time()::text, oid::bigint, current_schema()::text
    FROM pg_database WHERE datname = current_database()
"""


class PostgresqlSnapshot:
    """A database as it was at the first read."""

    def __init__(self, connection: PostgresqlConnection) -> None:
        self._connection = connection

    async def read(self, work: Callable[[PostgresqlConnection], T]) -> T:
        """Runs `work` in the snapshot. Raises `AntiphonError` (`storage`)."""
        return await _in_thread(partial(work, self._connection))


@asynccontextmanager
async def open_snapshot(url: str) -> AsyncGenerator[PostgresqlSnapshot]:
    """Opens a database for the block.

    Raises `AntiphonError`: `not_found` if it has no history, `storage` if it cannot be read or has
    another schema than this version of Antiphon.
    """
    connection = await _in_thread(partial(_opened, url))
    try:
        yield PostgresqlSnapshot(connection)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(connection.close)


async def identify(url: str) -> tuple[str, ...]:
    """Returns what two addresses of the same database and schema have in common.

    Raises `AntiphonError` (`storage`).
    """
    return await _in_thread(partial(_identify, url))


async def has_history(url: str) -> bool:
    """Checks whether a database has the history's tables. Raises `AntiphonError` (`storage`)."""
    return await _in_thread(partial(_has_history, url))


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await anyio.to_thread.run_sync(work)
    except FAILURES as problem:
        raise storage_error(problem) from problem


def _opened(url: str) -> PostgresqlConnection:
    connection = connect_here(parse_address(url), LONG_TIMEOUT_S)
    try:
        connection.wait(connection.raw.execute(_BEGIN))
        _check_schema(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _identify(url: str) -> tuple[str, ...]:
    connection = connect_here(parse_address(url))
    try:
        return tuple(str(each) for each in connection.execute(_IDENTITY).fetchone())
    finally:
        connection.close()


def _has_history(url: str) -> bool:
    connection = connect_here(parse_address(url))
    try:
        return _is_migrated(connection)
    finally:
        connection.close()


def _is_migrated(connection: PostgresqlConnection) -> bool:
    query = "SELECT to_regclass('antiphon_migrations') IS NOT NULL"
    return connection.execute(query).fetchone()[0]


def _check_schema(connection: PostgresqlConnection) -> None:
    if not _is_migrated(connection):
        raise error(
            "not_found", "That database has no history.", hint="Check its name and search_path."
        )
    query = "SELECT coalesce(max(version), 0) FROM antiphon_migrations"
    version, newest = connection.execute(query).fetchone()[0], shipped()[-1].version
    if version > newest:
        raise error(
            "storage",
            f"The history was written by a newer Antiphon (schema {version}, "
            f"this one knows {newest}).",
            hint="Update Antiphon.",
        )
    if version < newest:
        raise error(
            "storage",
            f"The history has the schema {version}; this Antiphon reads {newest}.",
            hint="Let a server open it once, which brings it up to date.",
        )

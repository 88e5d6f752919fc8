"""Opens a history: everything that happens to a file before the first conversation.

A server starts whatever the state of its file. A file that cannot be used is left alone, the
history is kept in memory, and its status says so and what to do.
"""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from antiphon.history.sqlite.driver.connection import BUSY_TIMEOUT_S, connect, use_write_ahead_log
from antiphon.history.sqlite.driver.errors import CorruptDatabase, UnusableDatabase, is_corruption
from antiphon.history.sqlite.opening import corruption
from antiphon.history.sqlite.opening.migrate import migrate, schema_version, shipped
from antiphon.history.sqlite.opening.path import make_empty, make_folders, make_private
from antiphon.history.sqlite.opening.recovery import recover
from antiphon.history.sqlite.opening.server_locks import (
    FileLock,
    lock_of_server,
    other_servers_running,
    remove_stale_locks,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection
    from antiphon.history.sqlite.opening.migrate import Migration

_log = logging.getLogger(__name__)

# Longer than one transaction may wait: the server before us may be waiting for that one.
_TURN_S: Final = 2 * BUSY_TIMEOUT_S


class DatabaseOpener:
    """Makes one database file ready and opens it, once, in the connection's thread."""

    def __init__(
        self, path: Path, server_id: str, *, migrations: Sequence[Migration] | None = None
    ) -> None:
        self.path = path
        self.alive: FileLock = lock_of_server(path, server_id)
        """Held from here on to the end of the server."""
        self.notice: str | None = None
        """What the user should know about the opening."""
        self.version = 0
        self._server_id = server_id
        self._migrations = migrations

    def __call__(self) -> SqliteConnection:
        """Opens the connection that writes.

        Raises `UnusableDatabase`, `OSError` or `sqlite3.Error` if the file cannot be used.
        """
        make_folders(self.path.parent)
        turn = FileLock(self.path.with_name(f"{self.path.name}.opening"))
        # Servers open one after the other: two must not migrate, set aside or recover at once.
        with turn.held(timeout_s=_TURN_S):
            make_private(self.path)
            connection = self._open_or_replace()
            try:
                self._announce()
                ended = recover(connection, self.path, self._server_id)
                if ended:
                    _log.info("%d answers of servers that no longer run were ended", ended)
                remove_stale_locks(self.path, self._server_id)
            except BaseException:
                connection.close()
                self.alive.release()
                raise
        return connection

    def _open_or_replace(self) -> SqliteConnection:
        try:
            return self._open()
        except CorruptDatabase as found:
            if other_servers_running(self.path, self._server_id):
                raise UnusableDatabase(found.reason, "Stop the other servers.") from found
            aside = corruption.quarantine(self.path)
            _log.error("the history is damaged and was set aside as %s", aside)
            self.notice = (
                f"{found.reason} It was set aside as {aside}, and a new history was begun. "
                "What it held can often be read with `sqlite3 <file> .recover`."
            )
            make_private(self.path)
            return self._open()

    def _announce(self) -> None:
        if not self.alive.try_acquire():
            raise UnusableDatabase(
                "Another server has the same id.", "Give each server another id."
            )

    def _open(self) -> SqliteConnection:
        corruption.check_size(self.path)
        try:
            connection = connect(self.path)
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
        except sqlite3.DatabaseError as problem:
            if is_corruption(problem):
                raise CorruptDatabase(
                    "The history file is damaged.", "It is set aside."
                ) from problem
            raise
        return connection

    def _prepare(self, connection: SqliteConnection) -> None:
        corruption.check(connection)
        corruption.check_ours(connection)
        migrations = self._migrations or shipped()
        newest = migrations[-1].version
        found = check_version(connection, newest)
        if 0 < found < newest:
            copy = backup(connection, self.path, found)
            _log.info("the history is migrated from schema %d to %d, copy: %s", found, newest, copy)
        use_write_ahead_log(connection)
        self.version = migrate(connection, migrations)


def check_version(connection: SqliteConnection, newest: int) -> int:
    """Returns the schema's version, which must not be above `newest`.

    Raises `UnusableDatabase` if it is.
    """
    version = schema_version(connection)
    if version > newest:
        raise UnusableDatabase(
            f"The history was written by a newer Antiphon (schema {version}, "
            f"this one knows {newest}).",
            "Update Antiphon, or let history.url name another file.",
        )
    return version


def backup(connection: SqliteConnection, path: Path, version: int) -> Path:
    """Copies the database as it is to `<name>.backup-<version>-<time>`, mode 0600.

    Raises `sqlite3.Error` or `OSError` if the copy cannot be made.
    """
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = path.with_name(f"{path.name}.backup-{version}-{moment}")
    make_empty(target)  # VACUUM INTO accepts an empty file, and so keeps its mode
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error:
        target.unlink()
        raise
    return target


def open_in_memory() -> SqliteConnection:
    """Opens a database that ends with its connection."""
    connection = connect(":memory:")
    migrate(connection, shipped())
    return connection

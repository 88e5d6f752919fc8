"""Brings a database to the newest schema, by the numbered files of `migrations/`.

Each migration is one transaction together with its record in `schema_migrations`: a database is
at one version or the next, whenever the process is killed. The version is read again inside that
transaction, so two servers that start together apply nothing twice. A released migration is never
changed; a new one is added.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from antiphon.history.sql.migrations import load_migrations
from antiphon.history.sqlite.driver.writer import transaction
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.history.sql.migrations import Migration
    from antiphon.history.sqlite.driver.connection import SqliteConnection

_log = logging.getLogger(__name__)

_FOLDER: Final = Path(__file__).parents[1] / "migrations"
_RECORDS: Final = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
      version     INTEGER PRIMARY KEY,
      name        TEXT NOT NULL,
      applied_at  TEXT NOT NULL
    )
"""


def shipped() -> tuple[Migration, ...]:
    """Loads the migrations of this version of Antiphon, in order."""
    return load_migrations(_FOLDER)


def schema_version(connection: SqliteConnection) -> int:
    """Returns the version of the database, 0 for an empty one."""
    known = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
    ).fetchone()
    if known is None:
        return 0
    return connection.execute("SELECT max(version) FROM schema_migrations").fetchone()[0] or 0


def migrate(connection: SqliteConnection, migrations: Sequence[Migration]) -> int:
    """Applies what is missing of `migrations` and returns the version that was reached.

    Raises `sqlite3.Error` for a migration that fails; the database is then as it was before it.
    """
    for migration in migrations:
        if schema_version(connection) >= migration.version:
            continue
        began = time.perf_counter()
        with transaction(connection):
            if schema_version(connection) < migration.version:
                _apply(connection, migration)
        took = (time.perf_counter() - began) * 1000
        _log.debug("migration %04d_%s in %.1f ms", migration.version, migration.name, took)
    return schema_version(connection)


def _apply(connection: SqliteConnection, migration: Migration) -> None:
    connection.execute(_RECORDS)
    for statement in statements(migration.sql):
        connection.execute(statement)
    connection.execute(
        "INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, ?)",
        (migration.version, migration.name, now()),
    )


def statements(sql: str) -> Iterator[str]:
    """Yields the statements of a script, as `executescript` would commit the transaction first."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement

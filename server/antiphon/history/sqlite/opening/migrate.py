"""Brings a database to the newest schema, by the numbered files of `migrations/`.

Each migration is one transaction together with its record in `schema_migrations`: a database is
at one version or the next, whenever the process is killed. The version is read again inside that
transaction, so two servers that start together apply nothing twice. A released migration is never
changed; a new one is added.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.history.sqlite.driver.writer import transaction
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.history.sqlite.driver.connection import SqliteConnection

_log = logging.getLogger(__name__)

_FOLDER: Final = Path(__file__).parents[1] / "migrations"
_FILE_NAME: Final = re.compile(r"(\d{4})_(\w+)\.sql")
_RECORDS: Final = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
      version     INTEGER PRIMARY KEY,
      name        TEXT NOT NULL,
      applied_at  TEXT NOT NULL
    )
"""


class Migration(Struct, frozen=True):
    """One step of the schema."""

    version: int
    name: str
    sql: str


@cache
def shipped() -> tuple[Migration, ...]:
    """Loads the migrations of this version of Antiphon, in order.

    Raises `ValueError` if their numbers are not 1, 2, 3 …
    """
    found = [
        Migration(int(match.group(1)), match.group(2), path.read_text("utf-8"))
        for path in _FOLDER.iterdir()
        if (match := _FILE_NAME.fullmatch(path.name))
    ]
    return tuple(in_order(found))


def in_order(migrations: Sequence[Migration]) -> list[Migration]:
    """Sorts `migrations` by number.

    Raises `ValueError` if the numbers are not 1, 2, 3 …
    """
    ordered = sorted(migrations, key=lambda migration: migration.version)
    gaps = [b.name for a, b in pairwise(ordered) if b.version != a.version + 1]
    if gaps or not ordered or ordered[0].version != 1:
        raise ValueError(f"migrations must be numbered 1, 2, 3 …; wrong at: {gaps or ordered[:1]}")
    return ordered


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

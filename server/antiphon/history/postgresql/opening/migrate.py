"""Brings a database to the newest schema, by the numbered files of `migrations/`.

All of it is one transaction under a lock: of servers that start together one does it, and the
others find it done. The tables go to the first schema of the connection's `search_path`, the
views through which users read to a schema beside it.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from antiphon.history.conversations.access import views
from antiphon.history.postgresql.driver.errors import IGNORED_SEARCH_PATH, UnusableDatabase
from antiphon.history.sql.migrations import load_migrations
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.history.postgresql.driver.connection import PostgresqlConnection
    from antiphon.history.sql.migrations import Migration

_log = logging.getLogger(__name__)

_FOLDER: Final = Path(__file__).parents[1] / "migrations"
_OLDEST: Final = 130_000
_RECORDS: Final = """
    CREATE TABLE antiphon_migrations (
      version     INTEGER PRIMARY KEY,
      name        TEXT NOT NULL,
      applied_at  TEXT NOT NULL
    )
"""
_FOREIGN: Final = ("sessions", "messages", "panes", "spending")


def shipped() -> tuple[Migration, ...]:
    """Loads the migrations of this version of Antiphon, in order."""
    return load_migrations(_FOLDER)


def migrate(connection: PostgresqlConnection, migrations: Sequence[Migration]) -> int:
    """Applies what is missing of `migrations`, and returns the version that was reached.

    Works in the caller's transaction. Raises `UnusableDatabase` for a server that is too old, for
    tables of another program, and for a schema that is newer than `migrations`.
    """
    _check_server(connection)
    connection.take_turn("migrations")
    newest = migrations[-1].version
    found = _version(connection)
    if found > newest:
        raise UnusableDatabase(
            f"The history was written by a newer Antiphon (schema {found}, "
            f"this one knows {newest}).",
            "Update Antiphon, or let history.url name another database or search_path.",
        )
    for migration in migrations[found:]:
        connection.wait(connection.raw.execute(migration.sql))
        connection.execute(
            "INSERT INTO antiphon_migrations (version, name, applied_at) VALUES (?, ?, ?)",
            (migration.version, migration.name, now()),
        )
        _log.info("migrated the history to schema %d", migration.version)
    if found < newest:
        make_views(connection)
    return newest


def check_search_path(connection: PostgresqlConnection, asked_for: str | None) -> None:
    """Checks whether the connection has the schemas that the address asks for.

    Raises `UnusableDatabase` if it has not: a pool can be set up to ignore what a client asks for.
    """
    query = "SELECT current_setting('search_path')"
    if asked_for is not None and connection.execute(query).fetchone()[0] != asked_for:
        raise UnusableDatabase(*IGNORED_SEARCH_PATH)


def make_views(connection: PostgresqlConnection) -> None:
    """Makes the views through which users read, instead of those before."""
    seen, whole = quoted(seen_schema(connection.schema)), quoted(connection.schema)
    # `IF NOT EXISTS` would ask for the right to make schemas even if an administrator made it.
    if not connection.execute("SELECT to_regnamespace(?) IS NOT NULL", (seen,)).fetchone()[0]:
        connection.execute(f"CREATE SCHEMA {seen}")
    for name, query in views(whole=whole, seen=seen):
        connection.execute(f"DROP VIEW IF EXISTS {seen}.{name} CASCADE")
        connection.execute(f"CREATE VIEW {seen}.{name} AS {query}")


def seen_schema(schema: str) -> str:
    """Returns the name of the schema with the views of `schema`."""
    return f"{schema}_visible"


def quoted(name: str) -> str:
    """Returns a name as SQL wants it, whatever is in it."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _version(connection: PostgresqlConnection) -> int:
    if _is_there(connection, "antiphon_migrations"):
        query = "SELECT coalesce(max(version), 0) FROM antiphon_migrations"
        return connection.execute(query).fetchone()[0]
    foreign = [table for table in _FOREIGN if _is_there(connection, table)]
    if foreign:
        raise UnusableDatabase(
            f"The schema {connection.schema} has another program's table {foreign[0]}.",
            "Let history.url name another database, or a schema: ?search_path=antiphon.",
        )
    connection.execute(_RECORDS)
    return 0


def _is_there(connection: PostgresqlConnection, table: str) -> bool:
    name = f"{quoted(connection.schema)}.{quoted(table)}"
    return connection.execute("SELECT to_regclass(?) IS NOT NULL", (name,)).fetchone()[0]


def _check_server(connection: PostgresqlConnection) -> None:
    query = """
        SELECT current_setting('server_version_num')::int AS version,
          current_setting('server_encoding') AS encoding, current_schema() IS NULL AS is_missing
    """
    row = connection.execute(query).fetchone()
    if row["version"] < _OLDEST:
        raise UnusableDatabase(
            "The history's PostgreSQL is older than version 13.", "Use a newer server."
        )
    if row["encoding"] != "UTF8":
        raise UnusableDatabase(
            f"The history's database is encoded in {row['encoding']}.",
            "Create one with `createdb --encoding=UTF8 --template=template0`.",
        )
    if row["is_missing"]:
        raise UnusableDatabase(
            "The schema of history.url's search_path does not exist.",
            "Create it with `CREATE SCHEMA`, or correct search_path in history.url.",
        )

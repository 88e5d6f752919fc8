"""Finds damaged database files at the start, and sets them aside whole.

The bytes of a damaged database are the user's conversations and may be recovered, so they are
never overwritten: the file and its log are renamed, and a new database is begun.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from antiphon.history.sqlite.driver.errors import CorruptDatabase, UnusableDatabase

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.sqlite.driver.connection import SqliteConnection

APPLICATION_ID: Final = 0x416E7469
"""`Anti`, in the header of each of our databases (PRAGMA application_id)."""

_SMALLEST_PAGE: Final = 512
"""Bytes; no database is shorter (https://sqlite.org/fileformat2.html#pages)."""

_CHECK_S: Final = 0.05
_CHECK_EVERY_OPCODES: Final = 1000


def check(connection: SqliteConnection, *, limit_s: float = _CHECK_S) -> None:
    """Looks for broken pages for at most `limit_s`, enough for some ten megabytes.

    Raises `CorruptDatabase` if it finds some, `sqlite3.Error` if the file cannot be read at all.
    """
    deadline = time.monotonic() + limit_s
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _CHECK_EVERY_OPCODES)
    try:
        first = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
    else:
        if first != "ok":
            raise CorruptDatabase("The history file is damaged.", "It is set aside.")
    finally:
        connection.set_progress_handler(None, 0)


def check_ours(connection: SqliteConnection) -> None:
    """Raises `UnusableDatabase` for a database that belongs to another program."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or tables):
        raise UnusableDatabase(
            "The history file is another program's database.",
            "Let history.url name another file.",
        )


def check_size(database: Path) -> None:
    """Raises `CorruptDatabase` for files that SQLite would treat as an empty database.

    These are a file that is shorter than the smallest page, and an empty one whose log still holds
    something: SQLite deletes that log. An empty file alone becomes a new database.
    """
    size = _size(database)
    if 0 < size < _SMALLEST_PAGE:
        raise CorruptDatabase("The history file is not a database.", "It is set aside.")
    if size == 0 and _size(sidecar_path(database, "-wal")) > 0:
        raise CorruptDatabase("The history file is empty, its log is not.", "It is set aside.")


def quarantine(database: Path) -> Path:
    """Renames a database and its log to `<name>.corrupt-<time>` and returns the new path.

    The log goes first: if the process is killed in between, a new database must not find it.

    Raises `OSError` if the folder does not allow it.
    """
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = database.with_name(f"{database.name}.corrupt-{moment}")
    for suffix in ("-wal", "-shm", "-journal", ""):
        source = sidecar_path(database, suffix)
        if source.exists():
            source.rename(sidecar_path(aside, suffix))
    return aside


def sidecar_path(database: Path, suffix: str) -> Path:
    """Returns the path of a file of SQLite beside `database`: `-wal`, `-shm` or `-journal`."""
    return database.with_name(database.name + suffix)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

"""Copies the write-ahead log into the database, without SQLite's WAL-reset bug.

SQLite 3.7.0 to 3.51.2, but for 3.44.6 and 3.50.7 and what follows them in their lines, can lose
commits when two processes share a database (https://sqlite.org/wal.html#walresetbug): a checkpoint
reads how long the log is; another process commits and thereby starts the log over; the checkpoint
then notes as copied what it has never seen. It needs a commit in the middle of a checkpoint.

A rollback journal avoids this at the price of several disk syncs a commit. One server elected to
be the only one that copies avoids it too, but while that server idles nobody shortens the log. So
an affected version checkpoints only while this process holds the write lock: our second
connection copies while the writing one is in an empty transaction. Nobody can commit meanwhile,
and nothing is ever copied automatically. A fixed version does what SQLite does by default.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

AUTOCHECKPOINT_PAGES: Final = 1000
"""SQLite's own default: about 4 MiB of log."""

KEPT_LOG_BYTES: Final = AUTOCHECKPOINT_PAGES * 4096
"""The size of the log's file when it starts over; making a file longer costs more than using
it again. The file therefore grows only when the log is longer than this."""


def has_reset_bug(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> bool:
    """Checks whether that version of SQLite has the WAL-reset bug."""
    major_minor, patch = version[:2], version[2]
    if major_minor == (3, 44):
        return patch < 6
    if major_minor == (3, 50):
        return patch < 7
    return (3, 7, 0) <= version < (3, 51, 3)


def note_on_version(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str | None:
    """Returns what a user should know about that version of SQLite, or `None`."""
    if not has_reset_bug(version):
        return None
    return (
        "it has the WAL-reset bug (https://sqlite.org/wal.html#walresetbug), which cannot happen "
        "here: the log is copied only while nobody can write; 3.51.3 and later are free of it"
    )


def copy_log(writer: sqlite3.Connection, database: Path) -> None:
    """Copies what the log holds while no process can commit.

    Raises `sqlite3.Error` if the write lock is not free in time or the disk fails.
    """
    writer.execute("BEGIN IMMEDIATE")
    try:
        with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as copier:
            # PASSIVE waits for nobody and needs no write lock, which the writer is holding.
            copier.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    finally:
        writer.execute("ROLLBACK")

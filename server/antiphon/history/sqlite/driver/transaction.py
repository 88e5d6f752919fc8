"""Transactions that take the write lock at once.

A deferred transaction that reads first and writes later fails with SQLITE_BUSY, without waiting,
when another connection has written in between; an immediate one waits for its turn.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """Everything in the block, or nothing; begins, works and ends in one thread.

    Raises `sqlite3.OperationalError` (SQLITE_BUSY) where the lock is not free in time.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite ends the transaction by itself after some errors, a full disk for one.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Generator[None]:
    """All reads in the block see the database at one moment."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")

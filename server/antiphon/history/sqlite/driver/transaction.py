"""Reads a snapshot: everything one function reads is from the same time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from antiphon.history.sqlite.driver.connection import SqliteConnection


@contextmanager
def snapshot(connection: SqliteConnection) -> Generator[None]:
    """Makes all reads in the block see the database as of the same time."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")

"""SQLite's errors in words for the person."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from antiphon.history.sqlite.driver.errors import explanation, is_corruption, storage_error


def error_of(code: int) -> sqlite3.Error:
    problem = sqlite3.OperationalError("x")
    problem.sqlite_errorcode = code
    return problem


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (sqlite3.SQLITE_FULL, "full"),
        (sqlite3.SQLITE_BUSY, "locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "may not be written"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
        (sqlite3.SQLITE_IOERR_WRITE, "disk failed"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_NOTADB, "not a database"),
        (sqlite3.SQLITE_CONSTRAINT, "could not be read or written"),
    ],
)
def test_each_kind_of_error_has_its_own_sentence_and_a_hint(code, word) -> None:
    message, hint = explanation(error_of(code))

    assert word in message
    assert hint
    assert storage_error(error_of(code)).failure.kind == "storage"


def test_an_error_of_python_alone_is_explained_too() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        with pytest.raises(sqlite3.Error) as raised:
            connection.execute("SELECT ?", ())
        assert "could not be read" in explanation(raised.value)[0]


def test_only_broken_bytes_are_damage() -> None:
    assert is_corruption(error_of(sqlite3.SQLITE_CORRUPT))
    assert is_corruption(error_of(sqlite3.SQLITE_CORRUPT_INDEX))
    assert is_corruption(error_of(sqlite3.SQLITE_NOTADB))
    assert not is_corruption(error_of(sqlite3.SQLITE_FULL))

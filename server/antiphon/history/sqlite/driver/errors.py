"""Explains to the user what is wrong with a database.

Unusable   it is refused as a whole: history goes on in memory, the file is left alone
  Damaged    its bytes are not a database: it is set aside and a new one begun
sqlite3.*    one statement failed: `storage_error` says what that means and what to do
"""

from __future__ import annotations

import sqlite3
from typing import Final

from antiphon.model.failure import AntiphonError, error, hint_for

_TEXTS: Final[dict[int, tuple[str, str]]] = {
    sqlite3.SQLITE_FULL: (
        "The disk is full: the history could not be written.",
        "Free some space.",
    ),
    sqlite3.SQLITE_BUSY: (
        "Another program keeps the history locked.",
        "Close the program that has the database open.",
    ),
    sqlite3.SQLITE_READONLY: (
        "The history may not be written.",
        "Check the permissions of the file and of its folder.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The history file cannot be opened.",
        "Check the permissions of the file and of its folder.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The history file is damaged.",
        "Stop all servers and move it away; `sqlite3 <file> .recover` can often read it.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "The history file is not a database.",
        "Start the server again: it sets the file aside and begins a new one.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk failed to read or write the history.",
        "Check the disk and its free space.",
    ),
}


class UnusableDatabase(Exception):  # noqa: N818 - named by the situation, as the whole tree
    """An error of the whole database: `reason` says why, `hint` what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(f"{reason} {hint}")
        self.reason = reason
        self.hint = hint


class CorruptDatabase(UnusableDatabase):
    """The file is not a database, or one with broken pages."""


def primary_code(problem: sqlite3.Error) -> int:
    """Returns SQLite's result code without its extension, or -1 if there is none.

    See https://sqlite.org/rescode.html.
    """
    # Python sets the attribute only on errors that SQLite itself reported.
    code = getattr(problem, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF


def is_corruption(problem: sqlite3.Error) -> bool:
    """Checks whether the error says that the file's bytes are wrong."""
    return primary_code(problem) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def explanation(problem: sqlite3.Error) -> tuple[str, str]:
    """Returns what went wrong and what to do about it."""
    known = _TEXTS.get(primary_code(problem))
    if known is not None:
        return known
    # SQLite's own words name tables and columns, never the values of a row.
    return f"The history could not be read or written: {problem}.", hint_for("storage")


def storage_error(problem: sqlite3.Error) -> AntiphonError:
    """Builds the error that a caller of the history gets for `problem`."""
    message, hint = explanation(problem)
    return error("storage", message, hint=hint)

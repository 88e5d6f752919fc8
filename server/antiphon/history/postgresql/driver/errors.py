"""Explains what is wrong with a database, and tells what a retry may mend.

Unusable   the database is refused as a whole: history goes on in memory
lost       the connection is gone, or its server does not answer: it comes back by itself
collision  two transactions met: the same one succeeds when it is repeated
other      one statement failed: `storage_error` says what that means and what to do
"""

from __future__ import annotations

import ssl
from typing import Final

import asyncpg
from asyncpg import exceptions as pg

from antiphon.model.failure import AntiphonError, error, hint_for

FAILURES: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # bytes that end in the middle of a message
    OSError,
    TimeoutError,
)
"""What asyncpg raises if anything is wrong with the database or on the way to it."""

_LOST: Final = (
    pg.PostgresConnectionError,
    pg.OperatorInterventionError,  # it shuts down, starts up, or an administrator ended us
    pg.IdleInTransactionSessionTimeoutError,
    pg.ReadOnlySQLTransactionError,  # after a failover: the server is a standby now
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
_COLLISIONS: Final = (pg.DeadlockDetectedError, pg.SerializationError)
_AWAY: Final = (
    "The history's database cannot be reached.",
    "Check that PostgreSQL runs and that history.url names its host and port.",
)
# The first that fits. None repeats the server's words, which may quote a value.
_TEXTS: Final[tuple[tuple[type[BaseException], str, str], ...]] = (
    (
        pg.InvalidAuthorizationSpecificationError,
        "The history's database refuses this user or password.",
        "Check the user and the password in history.url.",
    ),
    (
        pg.InvalidCatalogNameError,
        "The history's database does not exist on that server.",
        "Create it with `createdb`, or correct its name in history.url.",
    ),
    (
        pg.InvalidSchemaNameError,
        "The schema of history.url's search_path does not exist.",
        "Create it with `CREATE SCHEMA`, or correct search_path in history.url.",
    ),
    (
        pg.InsufficientPrivilegeError,
        "The user in history.url may not do that in the history's database.",
        "Let it own the schema, or grant it CREATE on the database and on the schema.",
    ),
    (
        pg.ReadOnlySQLTransactionError,
        "The history's database may only be read.",
        "Let history.url name the primary server, or a user who may write.",
    ),
    (
        pg.TooManyConnectionsError,
        "The history's database has no connection left.",
        "Raise max_connections, or close other programs.",
    ),
    (
        pg.DiskFullError,
        "The disk of the history's database is full.",
        "Free some space there.",
    ),
    (
        pg.LockNotAvailableError,
        "Another program keeps the history locked.",
        "Wait for it, or end it.",
    ),
    (
        ssl.SSLError,
        "The history's database cannot prove who it is, or speaks no TLS.",
        "Check sslmode and sslrootcert in history.url.",
    ),
)


class UnusableDatabase(Exception):  # noqa: N818 - named by the situation, as SQLite's
    """An error of the whole database: `reason` says why, `hint` what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(f"{reason} {hint}")
        self.reason = reason
        self.hint = hint


def is_lost(problem: BaseException) -> bool:
    """Checks whether the connection is of no more use."""
    return isinstance(problem, _LOST) and not isinstance(problem, ssl.SSLError)


def is_collision(problem: BaseException) -> bool:
    """Checks whether the transaction failed because of another one."""
    return isinstance(problem, _COLLISIONS)


def explanation(problem: BaseException) -> tuple[str, str]:
    """Returns what went wrong and what to do about it."""
    for kind, message, hint in _TEXTS:
        if isinstance(problem, kind):
            return message, hint
    if is_lost(problem):
        return _AWAY
    # PostgreSQL's first line names tables and constraints; values are in its detail.
    code = getattr(problem, "sqlstate", None) or type(problem).__name__
    return f"The history could not be read or written: {code}.", hint_for("storage")


def storage_error(problem: BaseException) -> AntiphonError:
    """Builds the error that a caller of the history gets for `problem`."""
    message, hint = explanation(problem)
    return error("storage", message, hint=hint)

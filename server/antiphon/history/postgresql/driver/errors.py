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


class SharedSessionError(asyncpg.InternalClientError):
    """A pool gives one session of the database to several clients in turn."""

    def __init__(self) -> None:
        super().__init__("the session is shared with other clients")


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
IGNORED_SEARCH_PATH: Final = (
    "The pool before the history's database does not pass on search_path.",
    "Take it out of history.url, and set it with `ALTER ROLE … SET search_path = …`.",
)
_SHARED: Final = (
    "A pool before the history's database shares its sessions between transactions.",
    "Add prepared_statements=off to the parameters of history.url.",
)
_REFUSED: Final = (
    "The history's database refuses this user or password.",
    "Check the user and the password in history.url.",
)
_UNKNOWN: Final = (
    "The history's database does not exist on that server.",
    "Create it with `createdb`, or correct its name in history.url.",
)
_WITHOUT_TLS: Final = (
    "The server of the history's database speaks no TLS.",
    "Let it have a certificate and `ssl = on`, or set sslmode in history.url to disable.",
)
# PgBouncer has one code for everything that it refuses itself.
_OF_POOLS: Final = (
    ("unsupported startup parameter: search_path", IGNORED_SEARCH_PATH),
    ("authentication failed", _REFUSED),
    ("no such user", _REFUSED),
    ("does not exist", _UNKNOWN),
    ("no such database", _UNKNOWN),
)
_OF_THE_POOL: Final = (
    "The pool before the history's database refuses the connection.",
    "Its log says why. It is often the database behind it that is away.",
)
# X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL's x509_vfy.h
_OTHER_HOST: Final = (62, 64)
_AWAY: Final = (
    "The history's database cannot be reached.",
    "Check that PostgreSQL runs and that history.url names its host and port.",
)
# The first that fits. None repeats the server's words, which may quote a value.
_TEXTS: Final[tuple[tuple[type[BaseException], str, str], ...]] = (
    (SharedSessionError, *_SHARED),
    (pg.InvalidSQLStatementNameError, *_SHARED),
    (pg.DuplicatePreparedStatementError, *_SHARED),
    (
        pg.ClientConfigurationError,
        "A value in history.url is not valid, or names a file that cannot be read.",
        "Check its port, sslmode, sslrootcert, sslcert, sslkey and target_session_attrs.",
    ),
    (
        pg.TargetServerAttributeNotMatched,
        "None of the servers in history.url is what its target_session_attrs asks for.",
        "Promote one of them, or correct the hosts. It is tried again by itself.",
    ),
    (pg.InvalidAuthorizationSpecificationError, *_REFUSED),
    (pg.InvalidCatalogNameError, *_UNKNOWN),
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
        ssl.SSLCertVerificationError,
        "The history's database cannot prove who it is: its certificate is not trusted.",
        "Let sslrootcert in history.url name the certificate of the authority that signed it.",
    ),
    (
        ssl.SSLError,
        "The TLS connection to the history's database failed.",
        "Check sslmode, sslrootcert, sslcert and sslkey in history.url.",
    ),
    (
        TimeoutError,
        "The history's database does not answer.",
        "Check its server, history.url, and that a pool before it has a connection left.",
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
    known = _explanation_by_text(problem)
    if known is not None:
        return known
    for kind, message, hint in _TEXTS:
        if isinstance(problem, kind):
            return message, hint
    if is_lost(problem):
        return _AWAY
    # PostgreSQL's first line names tables and constraints; values are in its detail.
    code = getattr(problem, "sqlstate", None) or type(problem).__name__
    return f"The history could not be read or written: {code}.", hint_for("storage")


def _explanation_by_text(problem: BaseException) -> tuple[str, str] | None:
    """Returns what only the words of an error tell, or `None`."""
    if isinstance(problem, pg.ProtocolViolationError):
        return next((known for part, known in _OF_POOLS if part in str(problem)), _OF_THE_POOL)
    if type(problem) is ConnectionError and "rejected SSL" in str(problem):
        return _WITHOUT_TLS
    if isinstance(problem, ssl.SSLCertVerificationError) and problem.verify_code in _OTHER_HOST:
        return (
            "The certificate of the history's database is for another host name.",
            "Name the host in history.url as its certificate does.",
        )
    if isinstance(problem, pg.InvalidAuthorizationSpecificationError) and "certificate" in str(
        problem
    ):
        return (
            "The history's database wants a certificate of this client.",
            "Let sslcert and sslkey in history.url name one that its server trusts.",
        )
    return None


def storage_error(problem: BaseException) -> AntiphonError:
    """Builds the error that a caller of the history gets for `problem`."""
    message, hint = explanation(problem)
    return error("storage", message, hint=hint)

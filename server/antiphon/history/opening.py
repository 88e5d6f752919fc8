"""Opens the database that the settings name."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from antiphon.history.sqlite.database import open_memory, open_sqlite
from antiphon.model.values.extras import to_install_command

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.sql.database import Database

_log = logging.getLogger(__name__)

IS_OFF: Final = "History is off: nothing is kept."
_SCHEMES: Final = ("postgresql://", "postgres://")


async def open_database(location: str | Path | None, server_id: str) -> Database:
    """Opens a database, in memory if it cannot be used, like `open_history`."""
    if not is_postgresql(location):
        return await open_sqlite(location, server_id)
    if not _has_driver():
        problem = f"PostgreSQL needs an extra: {to_install_command('postgres')}"
        return await _fall_back(server_id, f"{problem}. Then start the server again.")
    from antiphon.history.postgresql.database import open_postgresql  # noqa: PLC0415 - an extra
    from antiphon.history.postgresql.driver.errors import (  # noqa: PLC0415 - likewise
        UnusableDatabase,
    )

    try:
        return await open_postgresql(str(location), server_id)
    except UnusableDatabase as unusable:
        problem = f"{unusable.reason} {unusable.hint}"
        return await _fall_back(server_id, problem)


def may_come_back(location: str | Path | None) -> bool:
    """Checks whether a database that cannot be used now may be usable later, by itself."""
    return is_postgresql(location) and _has_driver()


def is_postgresql(location: str | Path | None) -> bool:
    """Checks whether a location is the address of a PostgreSQL database."""
    return str(location or "").startswith(_SCHEMES)


def _has_driver() -> bool:
    return find_spec("asyncpg") is not None


async def _fall_back(server_id: str, problem: str) -> Database:
    _log.error("the history is kept in memory only: %s", problem)
    return await open_memory(server_id, f"{IS_OFF} {problem}")

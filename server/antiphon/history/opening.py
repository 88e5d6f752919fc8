"""Opens the database that the settings name."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from antiphon.history.sqlite.database import open_memory, open_sqlite

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.sql.database import Database

_log = logging.getLogger(__name__)

_SCHEMES: Final = ("postgresql://", "postgres://")


async def open_database(location: str | Path | None, server_id: str) -> Database:
    """Opens a database, in memory if it cannot be used, like `open_history`."""
    if not str(location or "").startswith(_SCHEMES):
        return await open_sqlite(location, server_id)
    try:
        from antiphon.history.postgresql.database import open_postgresql  # noqa: PLC0415 - an extra
        from antiphon.history.postgresql.driver.errors import (  # noqa: PLC0415 - likewise
            UnusableDatabase,
        )
    except ImportError:
        problem = "PostgreSQL needs a package: install `antiphon[postgres]`."
    else:
        try:
            return await open_postgresql(str(location), server_id)
        except UnusableDatabase as unusable:
            problem = f"{unusable.reason} {unusable.hint}"
    _log.error("the history is kept in memory only: %s", problem)
    notice = f"History is off: nothing is kept. {problem} Then start the server again."
    return await open_memory(server_id, notice)

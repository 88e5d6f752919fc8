"""Opens the database that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.history.sqlite.database import open_sqlite

if TYPE_CHECKING:
    from pathlib import Path

    from antiphon.history.sql.database import Database


async def open_database(location: str | Path | None, server_id: str) -> Database:
    """Opens a database, in memory if it cannot be used, like `open_history`."""
    return await open_sqlite(location, server_id)

"""Looks into a history's database, whatever it is, and lets its server seem to die."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.history.postgresql.database import PostgresqlDatabase
from antiphon.history.sqlite.database import SqliteDatabase

if TYPE_CHECKING:
    from antiphon.history.store import SqlHistory

_OWN_TABLES = (
    "sessions", "session_tags", "panes", "runs", "messages", "contexts", "context_uses",
    "attempts", "chunks",
)  # fmt: skip


async def rows(history: SqlHistory, query: str) -> list[tuple[Any, ...]]:
    """Returns what a query finds in the whole database."""
    return await history.database.read_whole(
        lambda connection: [tuple(row) for row in connection.execute(query)]
    )


async def change(history: SqlHistory, statement: str) -> None:
    """Runs a statement that changes rows."""
    await history.database.write(lambda connection: connection.execute(statement))


async def count_rows(history: SqlHistory) -> dict[str, int]:
    """Counts the rows of each table that belongs to sessions, and the indexed messages."""
    tables = {table: f"SELECT count(*) FROM {table}" for table in _OWN_TABLES}
    if isinstance(history.database, SqliteDatabase):
        tables["index"] = "SELECT count(*) FROM search_docsize"
    else:
        tables["index"] = "SELECT count(*) FROM message_words WHERE words IS NOT NULL"
    return {table: (await rows(history, query))[0][0] for table, query in tables.items()}


async def seem_dead(history: SqlHistory) -> None:
    """Frees what tells others that a server lives, as happens when its process is gone."""
    database: Any = history.database
    if isinstance(database, PostgresqlDatabase):
        await database.presence.aclose()
    else:
        database._alive.release(remove=False)
        database._alive = None

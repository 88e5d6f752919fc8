"""Counts what a database contains and how its space is used, packs and checks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.history.conversations.access import THIS_MACHINE
from antiphon.history.upkeep import FIGURES, WRONG, require_machine_user
from antiphon.model.commands.maintenance import HistoryStats, VacuumResult, VerifyResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.postgresql.driver.connection import PostgresqlConnection
    from antiphon.history.postgresql.driver.worker import Worker
    from antiphon.history.sql.connection import Connection
    from antiphon.history.sql.database import Database

_SIZES: Final = """
    SELECT CAST(coalesce(sum(pg_total_relation_size(oid)), 0) AS BIGINT) AS bytes,
      pg_relation_size('message_words_by_word') AS index_bytes
    FROM pg_class WHERE relkind = 'r' AND relnamespace = (
      SELECT relnamespace FROM pg_class WHERE oid = 'message_words_by_word'::regclass)
"""
_TABLES: Final = """
    SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = (
      SELECT relnamespace FROM pg_class WHERE oid = 'message_words_by_word'::regclass)
    ORDER BY name
"""
_PACK_S: Final = 24 * 60 * 60
_COUNTS: Final = {
    **WRONG,
    "ended message that is not in the search index": """
        SELECT count(*) FROM messages
        LEFT JOIN message_words ON message_words.number = messages.number
        WHERE (words IS NULL) = (status <> 'streaming')""",
}


class PostgresqlMaintenance:
    """Carries out the three commands of `antiphon history`, for one user."""

    def __init__(self, database: Database, new_worker: Callable[[], Worker], user: str) -> None:
        self._database = database
        self._new_worker = new_worker
        self._user = user

    async def stats(self) -> HistoryStats:
        found = await self._database.read_apart(self._user, _stats)
        status = self._database.status()
        return HistoryStats(location=status.location, schema_version=status.schema_version, **found)

    async def vacuum(self) -> VacuumResult:
        """Frees the space of deleted rows for new ones, while others go on."""
        require_machine_user(self._user)
        before = (await self.stats()).bytes
        worker = self._new_worker()
        try:
            await worker.run(_pack)
        finally:
            await worker.aclose()
        return VacuumResult(before_bytes=before, after_bytes=(await self.stats()).bytes)

    async def verify(self) -> VerifyResult:
        require_machine_user(self._user)
        problems = await self._database.read_apart(THIS_MACHINE, _count_wrong)
        return VerifyResult(problems=problems, checked=["counts", "search index"])


def _stats(connection: Connection) -> dict[str, Any]:
    found = dict(connection.execute(FIGURES).fetchone())
    sizes = connection.execute(_SIZES).fetchone()
    return {**found, **dict(sizes), "log_bytes": 0, "free_bytes": 0}


def _count_wrong(connection: Connection) -> list[str]:
    problems: list[str] = []
    for what, query in _COUNTS.items():
        count = connection.execute(query).fetchone()[0]
        if count:
            problems.append(f"counts: {what} ({count:,})")
    return problems


def _pack(connection: PostgresqlConnection) -> None:
    """Packs the history's own tables: others in the database are not ours to pack."""
    tables = ", ".join(row["name"] for row in connection.execute(_TABLES))
    connection.wait(connection.raw.execute(f"VACUUM (ANALYZE) {tables}", timeout=_PACK_S))

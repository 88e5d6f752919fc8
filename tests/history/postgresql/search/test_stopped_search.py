"""A search that nobody waits for ends in the server too."""

from __future__ import annotations

import anyio
import asyncpg
import pytest

from antiphon.model.commands.search import SearchParams
from support.e2e.shown_documents import eventually

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def backend() -> str:
    return "postgresql"


async def test_a_cancelled_search_stops_its_statement_and_the_next_one_works(
    history, postgresql_url
) -> None:
    other = await asyncpg.connect(postgresql_url)
    observer = await asyncpg.connect(postgresql_url)

    async def waiting() -> int:
        return await observer.fetchval(_WAITING)

    async def search() -> list[object]:
        return (await history.library.search(SearchParams(query="needle"))).hits

    await other.execute("BEGIN; LOCK TABLE message_words IN ACCESS EXCLUSIVE MODE")
    async with anyio.create_task_group() as group:
        group.start_soon(search)
        await eventually(waiting, 1)
        group.cancel_scope.cancel()

    await eventually(waiting, 0)
    await other.execute("ROLLBACK")
    assert await search() == []
    await other.close()
    await observer.close()

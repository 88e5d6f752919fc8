"""The database goes away in every way: nothing that was stored is lost, nothing is stored twice."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
import pytest

from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.engine.run.write_queue import WriteQueue
from antiphon.history import open_history
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id
from support.history.stored import rows

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from antiphon.history.store import SqlHistory

# The error that the server has for it; a full disk of its own would need a mount.
_FULL = """
    CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON chunks EXECUTE FUNCTION full_disk();
"""


@asynccontextmanager
async def served(url: str) -> AsyncGenerator[SqlHistory]:
    """Opens a history, and watches its database as a server does."""
    history = await open_history(url, server_id=new_id())
    async with anyio.create_task_group() as group:
        group.start_soon(history.database.watch)
        yield history
        group.cancel_scope.cancel()
    await history.aclose()


async def until_usable(history: SqlHistory) -> None:
    with anyio.fail_after(60):
        while (await anyio.to_thread.run_sync(history.status)).problem is not None:
            await anyio.sleep(0.05)


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_what_streams_while_the_database_is_down_is_stored_once_it_is_back(
    own_cluster, story, how
) -> None:
    name = own_cluster.create()
    async with served(own_cluster.url(name)) as history:
        queue = WriteQueue(history, anyio.current_time)
        one = story()
        await history.begin_run(one.start)
        assert await queue.write([TextChunk(one.answer.id, "before ")])

        await anyio.to_thread.run_sync(own_cluster.stop, how)
        assert not await queue.write([TextChunk(one.answer.id, "during ")])
        assert queue.problem is not None
        await anyio.to_thread.run_sync(own_cluster.start)
        await until_usable(history)
        with anyio.fail_after(60):
            while not await queue.flush():
                await anyio.sleep(0.05)
        assert await queue.write([TextChunk(one.answer.id, "after")])

        assert (await history.message(one.answer.id)).content == "before during after"


async def test_what_streams_while_the_disk_is_full_is_stored_once_there_is_room(
    own_cluster, story
) -> None:
    name = own_cluster.create()
    async with served(own_cluster.url(name)) as history:
        queue = WriteQueue(history, anyio.current_time)
        one = story()
        await history.begin_run(one.start)
        assert await queue.write([TextChunk(one.answer.id, "before ")])

        await anyio.to_thread.run_sync(own_cluster.execute, _FULL, name)
        assert not await queue.write([TextChunk(one.answer.id, "during ")])
        assert "disk of the history's database is full" in (history.status().problem or "")
        await anyio.to_thread.run_sync(
            own_cluster.execute, "DROP FUNCTION full_disk CASCADE;", name
        )
        with anyio.fail_after(60):
            while not await queue.flush():
                await anyio.sleep(0.05)
        assert await queue.write([TextChunk(one.answer.id, "after")])

        assert (await history.message(one.answer.id)).content == "before during after"
        assert history.status().problem is None


async def test_a_paused_database_fails_in_a_bounded_time_and_is_used_again(
    own_cluster, story
) -> None:
    name = own_cluster.create()
    async with served(own_cluster.url(name)) as history:
        one = story()
        await history.begin_run(one.start)
        own_cluster.pause()
        try:
            with anyio.fail_after(60), pytest.raises(AntiphonError) as caught:
                await history.record([TextChunk(one.answer.id, "x")])
            assert caught.value.failure.kind == "storage"
        finally:
            own_cluster.resume()
        await until_usable(history)
        await history.record([AnswerEnd(one.ended("whole"))])

        assert (await history.message(one.answer.id)).content == "whole"


async def test_a_connection_that_an_administrator_ends_is_made_again(own_cluster, story) -> None:
    name = own_cluster.create()
    async with served(own_cluster.url(name)) as history:
        one = story()
        await history.begin_run(one.start)
        others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        await anyio.to_thread.run_sync(own_cluster.execute, others)
        await anyio.sleep(0)
        await until_usable(history)
        with anyio.fail_after(60):
            while True:
                try:
                    await history.record([AnswerEnd(one.ended("whole"))])
                    break
                except AntiphonError:
                    await anyio.sleep(0.05)

        assert (await history.message(one.answer.id)).content == "whole"


async def test_a_server_that_starts_without_its_database_moves_what_it_kept_meanwhile(
    own_cluster, story
) -> None:
    name = own_cluster.create()
    await anyio.to_thread.run_sync(own_cluster.stop)
    try:
        history = await open_history(own_cluster.url(name), server_id=new_id())
    finally:
        await anyio.to_thread.run_sync(own_cluster.start)
    assert not history.survives
    assert "cannot be reached" in (history.status().problem or "")
    assert "tried again by itself" in (history.status().problem or "")
    one = story()
    await history.begin_run(one.start)
    await history.record([AnswerEnd(one.ended("kept in memory first"))])
    await history.library.share(one.session_id, ["bob"])
    assert (await history.upkeep.stats()).messages == 2

    async with anyio.create_task_group() as group:
        group.start_soon(history.database.watch)
        with anyio.fail_after(60):
            while not history.survives:
                await anyio.sleep(0.05)
        group.cancel_scope.cancel()

    assert (history.status().backend, history.status().problem) == ("postgresql", None)
    assert (await history.upkeep.stats()).location.startswith("postgresql://")
    assert history.library.readers(one.session_id) == {"bob"}
    await history.library.share(one.session_id, [])
    assert history.library.readers(one.session_id) == frozenset()
    assert (await history.message(one.answer.id)).content == "kept in memory first"
    await history.aclose()
    async with served(own_cluster.url(name)) as again:
        assert (await again.message(one.answer.id)).content == "kept in memory first"
        assert await rows(again, "SELECT count(*) FROM messages") == [(2,)]

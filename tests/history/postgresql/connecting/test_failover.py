"""A primary that fails while an answer streams, and a replica that takes over or does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import pytest

from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.engine.run.write_queue import WriteQueue
from antiphon.history import open_history
from antiphon.model.values.ids import new_id
from support.history.postgresql import PASSWORD, PostgresqlReplica, binaries
from support.history.stored import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.history.postgresql import PostgresqlCluster


@pytest.fixture
def replica(own_cluster: PostgresqlCluster) -> Iterator[PostgresqlReplica]:
    programs = binaries()
    assert programs is not None
    with PostgresqlReplica(programs, own_cluster) as started:
        yield started


async def test_an_answer_goes_on_at_the_replica_that_is_promoted_while_it_streams(
    own_cluster, replica, story, problem_of
) -> None:
    name = own_cluster.create()
    primary = own_cluster.url(name, password=PASSWORD, target_session_attrs="read-write")
    url = primary.replace("/test", f",127.0.0.1:{replica.port}/test")
    history = await open_history(url, server_id=new_id())
    async with anyio.create_task_group() as group:
        group.start_soon(history.database.watch)
        queue = WriteQueue(history, anyio.current_time)
        one = story()
        await history.begin_run(one.start)
        assert await queue.write([TextChunk(one.answer.id, "before ")])

        await _until(lambda: _has_caught_up(replica, name))
        assert "may only be read" in await problem_of(replica.url(name))
        only_the_replica = replica.url(name, target_session_attrs="read-write")
        assert "its target_session_attrs asks for" in await problem_of(only_the_replica)
        await anyio.to_thread.run_sync(own_cluster.stop)
        assert not await queue.write([TextChunk(one.answer.id, "during ")])
        await anyio.to_thread.run_sync(replica.promote)
        await _until(lambda: history.status().problem is None)
        with anyio.fail_after(60):
            while not await queue.flush():
                await anyio.sleep(0.05)
        assert await queue.write([TextChunk(one.answer.id, "after")])
        assert (await history.message(one.answer.id)).content == "before during after"
        assert await queue.write([AnswerEnd(one.ended("before during after"))])
        group.cancel_scope.cancel()

    assert replica.execute("SELECT content FROM messages WHERE role = 'assistant'", name) == [
        ("before during after",)
    ]
    assert await rows(history, "SELECT count(*) FROM messages") == [(2,)]
    await history.aclose()


def _has_caught_up(replica: PostgresqlReplica, name: str) -> bool:
    found = replica.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
    return bool(found) and bool(replica.execute("SELECT to_regclass('messages')::text", name))


async def _until(condition) -> None:
    with anyio.fail_after(60):
        while not condition():
            await anyio.sleep(0.05)

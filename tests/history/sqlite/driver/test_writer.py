"""Writing: cancellation, other processes, full disks and locks."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing

import anyio
import pytest

from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.driver.writer import Writer
from antiphon.model.failure import AntiphonError

NEIGHBOUR = """
import asyncio, sys
from antiphon.engine.ports import TextChunk
from antiphon.history import open_history
from antiphon.model.values.ids import new_id

async def main(path, message, name, count):
    history = await open_history(path, server_id=new_id())
    assert history.status().problem is None
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        await history.record([TextChunk(message, f"{name}{number} ")])
    await history.aclose()

asyncio.run(main(*sys.argv[1:4], int(sys.argv[4])))
"""


@pytest.fixture
async def other(history, database):
    """A plain connection of another program to the same file, which never waits."""
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        yield connection


async def test_a_record_whose_scope_is_cancelled_is_stored_all_the_same(history, story) -> None:
    a = story()
    await history.begin_run(a.start)

    with anyio.CancelScope() as scope:
        scope.cancel()
        await history.record([TextChunk(a.answer.id, "kept")])

    assert (await history.message(a.answer.id)).content == "kept"


async def test_tasks_cancelled_anywhere_in_a_record_leave_the_store_usable(history, story) -> None:
    a = story()
    await history.begin_run(a.start)

    for turns in range(12):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(history.record([TextChunk(a.answer.id, f"{turns} ")]))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()

    await history.record([TextChunk(a.answer.id, "end")])
    words = (await history.message(a.answer.id)).content.split()
    assert words[-1] == "end"
    assert words[:-1] == sorted(words[:-1], key=int)
    # A task that ran at all before it was cancelled had handed its whole transaction over.
    assert len(words) >= 11


async def test_a_read_that_is_cancelled_leaves_the_store_usable(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    for turns in range(6):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(history.messages(session_id=a.session_id))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()

    assert len(await history.messages(session_id=a.session_id)) == 2


async def test_concurrent_writers_and_readers_of_one_server_get_along(history, story) -> None:
    stories = [story() for _ in range(10)]

    async def live(a) -> None:
        await history.begin_run(a.start)
        for number in range(10):
            await history.record([TextChunk(a.answer.id, f"{number} ")])
            assert (await history.message(a.answer.id)).content.endswith(f"{number} ")

    async with anyio.create_task_group() as group:
        for a in stories:
            group.start_soon(live, a)

    assert len((await history.sessions(limit=20))[0]) == 10


async def test_two_processes_write_at_once_and_lose_nothing(history, story, database) -> None:
    a = story()
    await history.begin_run(a.start)
    count = 150
    neighbours = [
        subprocess.Popen(
            [sys.executable, "-c", NEIGHBOUR, database, a.answer.id, name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in "xy"
    ]
    for neighbour in neighbours:
        assert neighbour.stdout
        assert neighbour.stdout.readline() == b"ready\n"
    for neighbour in neighbours:
        assert neighbour.stdin
        neighbour.stdin.write(b"go\n")
        neighbour.stdin.flush()
    for number in range(count):
        await history.record([TextChunk(a.answer.id, f"z{number} ")])
    for neighbour in neighbours:
        neighbour.communicate(timeout=60)
        assert neighbour.returncode == 0

    words = (await history.message(a.answer.id)).content.split()
    for name in "xyz":
        assert [word for word in words if word[0] == name] == [f"{name}{n}" for n in range(count)]


async def limit_pages(history, pages: int) -> None:
    await history.database.writer.run(
        lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    )


async def test_a_full_disk_is_told_and_writing_goes_on_when_there_is_space(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answer.id, "before ")])
    await limit_pages(history, 1)  # SQLite takes the present size as the least

    with pytest.raises(AntiphonError) as raised:
        await history.record([TextChunk(a.answer.id, "x" * 1_000_000)])

    assert raised.value.failure.kind == "storage"
    assert "full" in raised.value.failure.message
    assert "full" in history.status().problem
    assert (await history.message(a.answer.id)).content == "before "
    await limit_pages(history, 100_000)
    await history.record([TextChunk(a.answer.id, "after")])
    assert (await history.message(a.answer.id)).content == "before after"
    assert history.status().problem is None


async def test_a_disk_that_fills_at_any_page_loses_nothing_that_was_stored(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    stored = 0
    for allowed in range(1, 50):
        await limit_pages(history, 20 + allowed)
        try:
            await history.record([TextChunk(a.answer.id, "y" * 3_000)])
        except AntiphonError:
            continue
        stored += 1

    await limit_pages(history, 100_000)
    await history.record([TextChunk(a.answer.id, "!")])
    assert (await history.message(a.answer.id)).content == "y" * 3_000 * stored + "!"
    assert 0 < stored < 49


async def test_a_lock_of_another_program_is_told_and_outlived(database, story, opened) -> None:
    history, a = await opened(), story()
    await history.begin_run(a.start)
    await history.database.writer.run(lambda c: c.execute("PRAGMA busy_timeout = 50").fetchone())
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(AntiphonError) as raised:
            await history.record([TextChunk(a.answer.id, "x")])
        assert raised.value.failure.kind == "storage"
        assert "locked" in raised.value.failure.message
        # Readers do not wait for a writer.
        assert (await history.message(a.answer.id)).status == "streaming"

    await history.record([TextChunk(a.answer.id, "y")])
    assert (await history.message(a.answer.id)).content == "y"


async def test_a_write_waits_for_another_program_that_is_soon_done(history, story, other) -> None:
    a = story()
    await history.begin_run(a.start)
    other.execute("BEGIN IMMEDIATE")

    async with anyio.create_task_group() as group:
        group.start_soon(history.record, [TextChunk(a.answer.id, "x")])
        await anyio.lowlevel.checkpoint()
        other.execute("COMMIT")

    assert (await history.message(a.answer.id)).content == "x"


@pytest.fixture
async def levels(tmp_path):
    """A writer whose commits note the level of syncing that they were made with."""
    noted: list[int] = []

    def connector() -> sqlite3.Connection:
        connection = connect(tmp_path / "a.db")
        connection.execute("CREATE TABLE a (x)")
        return connection

    writer = await Writer(connector).opened()

    def work(c: sqlite3.Connection) -> None:
        noted.append(c.execute("PRAGMA synchronous").fetchone()[0])

    yield writer, work, noted
    await writer.close()


async def test_only_durable_writes_wait_for_the_disk(levels) -> None:
    writer, work, noted = levels
    for durable in (False, True, False):
        await writer.write(work, durable=durable)

    assert noted == [1, 2, 1]  # NORMAL, FULL, NORMAL


async def test_the_level_falls_back_after_a_durable_write_that_failed(levels) -> None:
    writer, work, noted = levels

    def fail(connection: sqlite3.Connection) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await writer.write(fail, durable=True)
    await writer.write(work)

    assert noted == [1]


async def test_what_is_unsynced_for_a_second_is_synced_with_the_next_write(levels) -> None:
    writer, work, noted = levels
    await writer.write(work)
    assert writer._unsynced_since is not None
    writer._unsynced_since -= 1.0
    await writer.write(work)
    await writer.write(work)

    assert noted == [1, 2, 1]


async def test_the_end_of_an_answer_is_durable(history, story) -> None:
    a = story()
    await history.begin_run(a.start)
    assert history.database.writer._unsynced_since is not None

    await history.record([AnswerEnd(a.ended("x"))])

    assert history.database.writer._unsynced_since is None

"""A server starts whatever the history's file is like, and says what is wrong with it."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing

import anyio
import pytest

from antiphon.engine.ports import TextChunk
from antiphon.history.sql.migrations import Migration
from antiphon.history.sqlite.opening.migrate import shipped
from antiphon.history.sqlite.opening.opening import DatabaseOpener, backup
from antiphon.history.sqlite.opening.path import make_folders
from antiphon.history.sqlite.opening.server_locks import FileLock
from antiphon.model.values.ids import new_id

NEWEST = shipped()[-1].version
NEXT = Migration(NEWEST + 1, "next", "CREATE TABLE later (x)")
NOBODY = 65534

READ_ONLY = """
import asyncio, os, sys
from antiphon.history import open_history
from antiphon.model.values.ids import new_id

async def main():
    # Loads what has to be loaded while that can be read.
    await (await open_history(":memory:", server_id=new_id())).aclose()
    if os.getuid() == 0:  # modes do not bind root
        os.setgid(65534)
        os.setuid(65534)
    history = await open_history(sys.argv[1], server_id=new_id())
    print(history.status().location, history.status().problem)
    await history.aclose()

asyncio.run(main())
"""


async def works_in_memory(history, story) -> bool:
    a = story()
    await history.begin_run(a.start)
    await history.record([TextChunk(a.answer.id, "x")])
    status = history.status()
    assert status.location == ":memory:"
    assert status.problem
    assert status.problem.startswith("History is off")
    return (await history.message(a.answer.id)).content == "x"


async def test_a_path_below_a_file_turns_history_off(tmp_path, opened, story) -> None:
    (tmp_path / "file").touch()

    history = await opened(tmp_path / "file" / "sub" / "history.db")

    assert await works_in_memory(history, story)


async def test_an_unsupported_address_turns_history_off(opened, story) -> None:
    assert await works_in_memory(await opened("postgresql://me:secret@host/db"), story)


async def test_a_link_turns_history_off(tmp_path, opened, story) -> None:
    (tmp_path / "history.db").symlink_to(tmp_path / "elsewhere.db")

    assert await works_in_memory(await opened(tmp_path / "history.db"), story)
    assert not (tmp_path / "elsewhere.db").exists()


async def test_memory_that_was_asked_for_is_no_problem(opened, story) -> None:
    history = await opened("sqlite:///:memory:")

    await history.begin_run(story().start)
    assert history.status().problem is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.parametrize(("folder", "file"), [(0o500, 0o600), (0o700, 0o400), (0o500, 0o400)])
async def test_what_may_not_be_written_turns_history_off(opened, tmp_path, folder, file) -> None:
    database = tmp_path / "data" / "history.db"
    await (await opened(database)).aclose()
    for path in tmp_path.rglob("*"):
        path.chmod(file if path.is_file() else folder)
        if os.getuid() == 0:
            os.chown(path, NOBODY, NOBODY)
    for parent in (tmp_path, *tmp_path.parents[:2]):  # pytest's own, closed to others
        parent.chmod(0o755)

    said = subprocess.run(
        [sys.executable, "-c", READ_ONLY, database], stdout=subprocess.PIPE, timeout=30, check=True
    )

    assert said.stdout.startswith(b":memory: History is off")


async def test_a_newer_schema_is_left_alone(opened, database, story) -> None:
    await (await opened()).aclose()
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("INSERT INTO schema_migrations VALUES (99, 'later', 'then')")
    before = database.read_bytes()

    history = await opened()

    assert await works_in_memory(history, story)
    assert "newer Antiphon" in history.status().problem
    assert database.read_bytes() == before


def open_with(database, migrations) -> DatabaseOpener:
    opening = DatabaseOpener(database, new_id(), migrations=migrations)
    with closing(opening()):
        opening.alive.release(remove=True)
    return opening


def backups(database) -> list:
    return list(database.parent.glob("history.db.backup-*"))


def test_an_older_schema_is_copied_before_it_is_migrated(database) -> None:
    open_with(database, shipped())
    assert backups(database) == []

    before = os.umask(0)
    try:
        assert open_with(database, [*shipped(), NEXT]).version == NEXT.version
    finally:
        os.umask(before)

    [backup] = backups(database)
    assert backup.name.startswith(f"history.db.backup-{NEWEST}-")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600 or sys.platform == "win32"
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT max(version) FROM schema_migrations").fetchone() == (NEWEST,)
    open_with(database, [*shipped(), NEXT])
    assert backups(database) == [backup]


def test_where_the_copy_is_is_returned(database) -> None:
    open_with(database, shipped())
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        assert [backup(connection, database, 1)] == backups(database)


def test_a_copy_that_cannot_be_made_leaves_no_half_of_one(database) -> None:
    open_with(database, shipped())
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN")  # which VACUUM refuses
        with pytest.raises(sqlite3.OperationalError):
            backup(connection, database, 1)

    assert backups(database) == []


def test_a_migration_that_fails_leaves_the_old_database_and_its_copy(database) -> None:
    open_with(database, shipped())
    broken = Migration(NEXT.version, "broken", "CREATE TABLE later (x);\nSELECT * FROM nowhere;")

    with pytest.raises(sqlite3.OperationalError):
        open_with(database, [*shipped(), broken])

    assert len(backups(database)) == 1
    assert open_with(database, shipped()).version == NEWEST


def test_servers_open_one_after_the_other(database, monkeypatch) -> None:
    make_folders(database.parent)
    turn = FileLock(database.with_name("history.db.opening"))
    assert turn.try_acquire()
    waits = threading.Event()
    acquire = FileLock.try_acquire

    def watched(lock: FileLock) -> bool:
        acquired = acquire(lock)
        if lock.path == turn.path and not acquired:
            waits.set()
        return acquired

    monkeypatch.setattr(FileLock, "try_acquire", watched)
    opening = threading.Thread(target=open_with, args=(database, shipped()))
    opening.start()
    assert waits.wait(10)
    assert not database.exists()
    turn.release()
    opening.join(10)
    assert not opening.is_alive()
    assert database.exists()


async def test_many_servers_may_open_a_new_history_at_once(opened, database) -> None:
    async with anyio.create_task_group() as group:
        for _ in range(6):
            group.start_soon(opened)

    again = await opened()
    assert (again.status().problem, again.status().location) == (None, str(database))


async def test_a_server_that_closes_its_history_leaves_no_lock_behind(opened, database) -> None:
    history = await opened()
    assert list(database.parent.glob("*.alive")) != []

    await history.aclose()

    assert list(database.parent.glob("*.alive")) == []


async def test_a_server_that_was_cancelled_while_opening_leaves_nothing_behind(opened) -> None:
    for turns in range(0, 40, 3):
        async with asyncio.TaskGroup() as group:
            task = group.create_task(opened())
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()

    assert (await opened()).status().problem is None


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process")
def test_a_process_that_forgets_to_close_its_history_still_ends(database) -> None:
    forgetful = (
        "import asyncio, sys; from antiphon.history import open_history;"
        "from antiphon.model.values.ids import new_id\n"
        "async def main():\n"
        "    global kept\n"
        "    kept = await open_history(sys.argv[1], server_id=new_id())\n"
        "    raise SystemExit(7)\n"
        "asyncio.run(main())"
    )

    ended = subprocess.run([sys.executable, "-c", forgetful, database], timeout=30, check=False)

    assert ended.returncode == 7

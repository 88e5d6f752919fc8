"""Damaged databases are set aside whole, and a new one is begun."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.ports import AnswerEnd, TextChunk
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.driver.errors import CorruptDatabase, UnusableDatabase
from antiphon.history.sqlite.opening import corruption
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from pathlib import Path

CORRUPTIONS = 60


def aside_of(database: Path) -> list[Path]:
    return sorted(database.parent.glob("history.db.corrupt-*"))


@pytest.fixture
async def good(database, opened, story) -> bytes:
    """The bytes of a sound database that holds some conversations."""
    history = await opened()
    for _ in range(10):
        a = story(pane_count=2)
        await history.begin_run(a.start)
        await history.record([AnswerEnd(a.ended("word " * 500, n)) for n in range(2)])
    await history.aclose()
    return database.read_bytes()


@pytest.mark.parametrize(
    "content", [b"x", b"y" * 511, b"not a database at all " * 500, b"\0" * 8192]
)
async def test_a_file_that_is_no_database_is_set_aside(database, opened, story, content) -> None:
    database.parent.mkdir()
    database.write_bytes(content)

    history = await opened()

    assert [path.read_bytes() for path in aside_of(database)] == [content]
    assert "set aside" in history.status().problem
    assert str(aside_of(database)[0]) in history.status().problem
    await history.begin_run(story().start)
    assert len((await history.sessions(limit=5))[0]) == 1


async def test_an_empty_file_becomes_a_new_database(database, opened, story) -> None:
    database.parent.mkdir()
    database.touch()

    history = await opened()

    assert history.status().problem is None
    await history.begin_run(story().start)
    assert aside_of(database) == []


async def test_the_smallest_database_is_not_too_short_to_be_one(database, opened) -> None:
    database.parent.mkdir()
    with closing(sqlite3.connect(database, isolation_level=None)) as smallest:
        smallest.execute("PRAGMA page_size = 512")
        smallest.execute("PRAGMA user_version = 1")
    assert database.stat().st_size == 512

    history = await opened()

    assert history.status().problem is None
    assert aside_of(database) == []


async def test_an_emptied_file_keeps_its_log_aside(database, opened) -> None:
    database.parent.mkdir()
    database.touch()
    log = corruption.sidecar_path(database, "-wal")
    log.write_bytes(b"what was not copied yet")

    history = await opened()

    assert "set aside" in history.status().problem
    kept = [path for path in aside_of(database) if path.name.endswith("-wal")]
    assert [path.read_bytes() for path in kept] == [b"what was not copied yet"]


async def test_no_damage_ends_the_server_or_destroys_a_byte(good, database, opened, story) -> None:
    luck = random.Random(40)
    seen = 0
    for number in range(CORRUPTIONS):
        broken = bytearray(good)
        if number % 3 == 0:
            del broken[luck.randrange(1, len(broken)) :]
        else:
            at = luck.randrange(0, 4096 if number % 3 == 1 else len(broken) - 2000)
            broken[at : at + 2000] = luck.randbytes(2000)
        for path in database.parent.iterdir():
            path.unlink()
        database.write_bytes(broken)

        history = await opened()

        if aside_of(database):
            seen += 1
            assert aside_of(database)[0].read_bytes() == broken
            assert history.status().location == str(database)
        with suppress(AntiphonError):  # damage that no check saw
            await history.begin_run(story().start)
        await history.aclose()
    assert seen >= CORRUPTIONS // 2


async def test_damage_that_shows_later_is_told(history, story, database) -> None:
    a = story()
    await history.begin_run(a.start)

    def break_it(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'chunks'")
        connection.execute("PRAGMA writable_schema = RESET")

    await history.database.writer.run(break_it)
    with pytest.raises(AntiphonError) as raised:
        await history.record([TextChunk(a.answer.id, "x")])

    assert raised.value.failure.kind == "storage"
    assert history.status().problem


async def test_a_damaged_file_that_another_server_uses_is_not_moved(
    good, database, opened, story
) -> None:
    living = await opened()
    a = story()
    await living.begin_run(a.start)
    await living.database.writer.run(
        lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    )
    with database.open("r+b") as file:
        file.seek(len(good) // 2)
        file.write(b"\xaa" * 9000)

    second = await opened()

    assert "other servers" in second.status().problem
    assert second.status().location == ":memory:"
    assert aside_of(database) == []


async def test_another_programs_database_is_left_alone(database, opened) -> None:
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("CREATE TABLE theirs (x)")
    before = database.read_bytes()

    history = await opened()

    assert "another program's" in history.status().problem
    assert history.status().location == ":memory:"
    assert database.read_bytes() == before


async def test_the_check_at_the_start_gives_up_in_time_and_calls_that_sound(good, database) -> None:
    with closing(connect(database)) as connection:
        corruption.check(connection, limit_s=-1)
        corruption.check_ours(connection)
        assert connection.execute("SELECT count(*) FROM messages").fetchone()[0] == 40


def test_an_application_id_of_another_program_is_refused(tmp_path) -> None:
    with closing(connect(tmp_path / "a.db")) as connection:
        corruption.check_ours(connection)
        connection.execute("PRAGMA application_id = 1234")
        with pytest.raises(UnusableDatabase):
            corruption.check_ours(connection)


async def test_the_check_finds_a_damaged_page_if_it_has_the_time(
    good, database, monkeypatch
) -> None:
    monkeypatch.setattr(corruption, "_CHECK_EVERY_OPCODES", 1)
    with closing(sqlite3.connect(database)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    at = len(good) - size
    database.write_bytes(good[:at] + b"\xff" * size + good[at + size :])
    with closing(connect(database)) as connection, pytest.raises(CorruptDatabase):
        corruption.check(connection, limit_s=60)

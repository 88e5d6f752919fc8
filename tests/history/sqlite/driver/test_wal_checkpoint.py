"""The write-ahead log: the versions with the WAL-reset bug, and what is done about it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from antiphon.engine.ports import TextChunk
from antiphon.history.sqlite.driver import wal_checkpoint
from antiphon.history.sqlite.driver import writer as driver_writer
from antiphon.history.sqlite.driver.connection import connect, use_write_ahead_log
from antiphon.history.sqlite.driver.wal_checkpoint import copy_log, has_reset_bug
from antiphon.history.sqlite.driver.writer import Checkpoints, transaction


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 43, 2), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 49, 2), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_the_affected_versions_are_known(version, affected) -> None:
    assert has_reset_bug(version) is affected


@pytest.mark.parametrize(("affected", "pages"), [(True, 0), (False, 1000)])
def test_an_affected_version_never_checkpoints_by_itself(
    tmp_path, monkeypatch, affected, pages
) -> None:
    monkeypatch.setattr("antiphon.history.sqlite.driver.connection.has_reset_bug", lambda: affected)

    with closing(connect(tmp_path / "a.db")) as connection:
        assert connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == pages
    with closing(connect(tmp_path / "a.db", read_only=True)) as connection:
        assert connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == 0


@pytest.fixture
def writer(tmp_path):
    with closing(connect(tmp_path / "a.db")) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        use_write_ahead_log(connection)
        connection.execute("PRAGMA journal_size_limit = 50000")
        connection.execute("CREATE TABLE a (x)")
        yield connection


def fill(writer: sqlite3.Connection, count: int = 10) -> None:
    for _ in range(count):
        writer.execute("INSERT INTO a VALUES (zeroblob(4000))")


def test_the_log_starts_over_once_it_has_been_copied(writer, tmp_path) -> None:
    log = tmp_path / "a.db-wal"
    fill(writer)
    before = log.stat().st_size

    copy_log(writer, tmp_path / "a.db")
    fill(writer, 1)

    assert log.stat().st_size < before
    assert writer.execute("SELECT count(*) FROM a").fetchone()[0] == 11


def test_nobody_can_commit_while_the_log_is_copied(writer, tmp_path, monkeypatch) -> None:
    fill(writer)
    connect_plainly = sqlite3.connect
    refused: list[str] = []

    def copier(*args, **kwargs) -> sqlite3.Connection:
        with closing(connect_plainly(tmp_path / "a.db", timeout=0)) as other:
            try:
                other.execute("INSERT INTO a VALUES (1)")
            except sqlite3.OperationalError as busy:
                refused.append(busy.sqlite_errorname)
        return connect_plainly(*args, **kwargs)

    monkeypatch.setattr(wal_checkpoint.sqlite3, "connect", copier)
    copy_log(writer, tmp_path / "a.db")

    assert refused == ["SQLITE_BUSY"]
    assert not writer.in_transaction


def test_the_log_stays_near_its_limit_however_much_is_written(
    writer, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(driver_writer, "has_reset_bug", lambda: True)
    checkpoints = Checkpoints(tmp_path / "a.db", growth_bytes=100_000)
    for _ in range(200):
        fill(writer, 1)
        checkpoints.after_commit(writer)

    assert (tmp_path / "a.db-wal").stat().st_size < 200_000
    assert writer.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_reader_in_the_way_puts_the_checkpoint_off_and_harms_nothing(
    writer, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(driver_writer, "has_reset_bug", lambda: True)
    checkpoints = Checkpoints(tmp_path / "a.db", growth_bytes=100_000)
    with closing(connect(tmp_path / "a.db", read_only=True)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM a").fetchone()[0] == 0
        for _ in range(100):
            fill(writer, 1)
            checkpoints.after_commit(writer)
        assert reader.execute("SELECT count(*) FROM a").fetchone()[0] == 0
        reader.execute("ROLLBACK")
    for _ in range(100):
        fill(writer, 1)
        checkpoints.after_commit(writer)

    assert (tmp_path / "a.db-wal").stat().st_size < 200_000
    assert writer.execute("SELECT count(*) FROM a").fetchone()[0] == 200


def test_a_checkpoint_that_gets_no_lock_fails_nobody(writer, tmp_path, monkeypatch, caplog) -> None:
    monkeypatch.setattr(driver_writer, "has_reset_bug", lambda: True)
    writer.execute("PRAGMA busy_timeout = 0")
    fill(writer)
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        Checkpoints(tmp_path / "a.db", growth_bytes=1).after_commit(writer)

    assert "log could not be copied" in caplog.text
    assert not writer.in_transaction


def test_a_copier_that_cannot_be_opened_leaves_the_writer_in_no_transaction(
    writer, tmp_path, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(driver_writer, "has_reset_bug", lambda: True)
    (tmp_path / "folder").mkdir()  # no connection to it can be opened
    (tmp_path / "folder-wal").write_bytes(b"a log")

    Checkpoints(tmp_path / "folder", growth_bytes=1).after_commit(writer)

    assert "unable to open database file" in caplog.text
    assert not writer.in_transaction
    with transaction(writer):
        fill(writer, 1)
    with closing(connect(tmp_path / "a.db", read_only=True)) as reader:
        assert reader.execute("SELECT count(*) FROM a").fetchone()[0] == 1


async def test_a_long_stream_keeps_the_log_short(history, story, database) -> None:
    a = story()
    await history.begin_run(a.start)
    for _ in range(40):
        await history.record([TextChunk(a.answer.id, "x" * 400_000)])

    log = database.with_name("history.db-wal")
    assert log.stat().st_size < 7_000_000
    assert len((await history.message(a.answer.id)).content) == 16_000_000


@pytest.mark.skipif(not has_reset_bug(), reason="this SQLite is fixed")
def test_a_file_without_a_log_needs_no_checkpoint(tmp_path) -> None:
    with closing(connect(tmp_path / "a.db")) as connection:
        Checkpoints(tmp_path / "a.db", growth_bytes=0).after_commit(connection)
        Checkpoints(None).after_commit(connection)

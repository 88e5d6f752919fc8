"""Migrations: numbered, once each, all or nothing."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from antiphon.history.sql.migrations import Migration, in_order
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, schema_version, shipped, statements

NEWEST = shipped()[-1].version
NEXT = Migration(NEWEST + 1, "next", "CREATE TABLE a (x);\nINSERT INTO a VALUES (1);\n")
BROKEN = Migration(NEWEST + 1, "broken", "CREATE TABLE a (x);\nINSERT INTO nowhere VALUES (1);\n")

KILLED = """
import os, signal, sqlite3, sys
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, shipped
connection = connect(sys.argv[1])
left = int(sys.argv[2])
def statement_begins(sql):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
connection.execute("PRAGMA journal_mode = WAL").fetchone()
connection.set_trace_callback(statement_begins)
migrate(connection, shipped())
"""


AT_THE_LOCK = """
import sys
from contextlib import closing
from antiphon.history.sqlite.driver.connection import connect
from antiphon.history.sqlite.opening.migrate import migrate, shipped
def statement_begins(sql):
    if sql.startswith("BEGIN"):
        print("at the lock", flush=True)
with closing(connect(sys.argv[1])) as connection:
    connection.set_trace_callback(statement_begins)
    migrate(connection, shipped())
"""


@pytest.fixture
def connection(tmp_path):
    with closing(connect(tmp_path / "a.db")) as opened:
        yield opened


def tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}


def test_an_empty_database_reaches_the_newest_schema(connection) -> None:
    assert schema_version(connection) == 0
    assert migrate(connection, shipped()) == shipped()[-1].version
    assert {"sessions", "panes", "messages", "runs", "attempts", "chunks"} <= tables(connection)


def test_migrating_twice_changes_nothing(connection) -> None:
    migrate(connection, shipped())
    before = connection.execute("SELECT * FROM schema_migrations").fetchall()

    migrate(connection, shipped())

    assert connection.execute("SELECT * FROM schema_migrations").fetchall() == before


def test_each_migration_is_recorded_with_its_name(connection) -> None:
    migrate(connection, [*shipped(), NEXT])

    rows = connection.execute("SELECT version, name FROM schema_migrations").fetchall()
    assert [tuple(row) for row in rows] == [
        *((each.version, each.name) for each in shipped()),
        (NEXT.version, "next"),
    ]


def test_a_migration_that_fails_leaves_the_version_before_it(connection) -> None:
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, [*shipped(), BROKEN])

    assert schema_version(connection) == NEWEST
    assert "a" not in tables(connection)
    assert migrate(connection, [*shipped(), NEXT]) == NEXT.version


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process")
@pytest.mark.parametrize("statement", [1, 3, 6, 15])
def test_a_process_killed_before_a_statement_leaves_an_old_schema_or_a_new_one(
    tmp_path, statement
) -> None:
    path = tmp_path / "a.db"

    killed = subprocess.run(
        [sys.executable, "-c", KILLED, path, str(statement)], timeout=30, check=False
    )

    assert killed.returncode == -signal.SIGKILL
    with closing(connect(path)) as connection:
        assert schema_version(connection) == 0
        assert tables(connection) == set()
        assert migrate(connection, shipped()) == shipped()[-1].version


def test_a_full_disk_at_any_page_leaves_the_version_before(tmp_path) -> None:
    wide = Migration(
        NEXT.version, "wide", "CREATE TABLE a (x);\nINSERT INTO a VALUES (zeroblob(100000));"
    )
    with closing(connect(tmp_path / "a.db")) as connection:
        migrate(connection, shipped())
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        for allowed in range(pages, pages + 20, 5):
            connection.execute(f"PRAGMA max_page_count = {allowed}")
            with pytest.raises(sqlite3.OperationalError, match="full"):
                migrate(connection, [*shipped(), wide])
            assert schema_version(connection) == NEWEST
        connection.execute("PRAGMA max_page_count = 1000")
        assert migrate(connection, [*shipped(), wide]) == wide.version


@pytest.mark.parametrize("numbers", [[], [2], [1, 3], [1, 1], [0, 1]])
def test_numbers_that_do_not_count_from_one_are_refused(numbers) -> None:
    with pytest.raises(ValueError, match="numbered"):
        in_order([Migration(number, f"m{number}", "") for number in numbers])


def test_a_trigger_is_one_statement() -> None:
    script = """
    -- a comment; with a semicolon
    CREATE TABLE a (x);
    CREATE TRIGGER t AFTER INSERT ON a BEGIN
      DELETE FROM a; SELECT 1;
    END;
    SELECT ';' -- the last needs none
    """

    found = [statement.split()[-1] for statement in statements(script) if statement.strip()]

    assert len(found) == 3


def test_two_processes_that_wait_for_one_database_migrate_it_once(tmp_path) -> None:
    path = tmp_path / "a.db"
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("BEGIN IMMEDIATE")
        processes = [
            subprocess.Popen([sys.executable, "-c", AT_THE_LOCK, path], stdout=subprocess.PIPE)
            for _ in range(2)
        ]
        for process in processes:  # both have read that the database is empty
            assert process.stdout
            assert process.stdout.readline() == b"at the lock\n"
        connection.execute("ROLLBACK")
        for process in processes:
            process.communicate(timeout=30)
        assert [process.returncode for process in processes] == [0, 0]
        assert schema_version(connection) == NEWEST

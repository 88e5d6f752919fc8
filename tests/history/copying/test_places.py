"""What cannot be copied is refused in clear words, and stays as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.support.history.whole_history import add_session, read_everything, run_statement

from antiphon.history import open_history
from antiphon.history.copying.places import check_different, parse_place
from antiphon.model.failure import AntiphonError
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.history.postgresql import PostgresqlCluster


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("mysql://me:secret@host/db", "the scheme 'mysql'"),
        (":memory:", "ends with its server"),
        ("sqlite://", "ends with its server"),
        ("postgresql://me:secret@[host/db", "cannot be read"),
    ],
)
def test_a_place_that_is_none_is_refused(location: str, words: str) -> None:
    with pytest.raises(AntiphonError) as caught:
        parse_place(location)

    assert caught.value.failure.kind == "invalid_params"
    assert words in caught.value.failure.message
    assert "postgresql://user@host" in caught.value.failure.hint
    assert "secret" not in str(caught.value)


def test_a_password_is_not_shown() -> None:
    place = parse_place("postgresql://me:secret@host:5432/db?password=secret&sslmode=require")

    assert place.shown == "postgresql://me@host:5432/db"
    assert "secret" not in repr(place)


async def test_a_file_is_not_copied_into_itself(history, location, tmp_path, backend) -> None:
    if backend == "sqlite":
        other = str(tmp_path / "link")
        (tmp_path / "link").symlink_to(location)
    else:
        other = f"{location}&application_name=other"

    with pytest.raises(AntiphonError) as caught:
        await check_different(parse_place(str(location)), parse_place(other))

    assert "are the same history" in caught.value.failure.message


async def test_two_databases_of_a_server_are_different(postgresql_cluster) -> None:
    one, two = (postgresql_cluster.url(postgresql_cluster.create()) for _ in range(2))
    await check_different(parse_place(one), parse_place(two))


async def test_a_missing_file_is_not_made(copy, tmp_path) -> None:
    with pytest.raises(AntiphonError) as caught:
        await copy(tmp_path / "none.db", tmp_path / "target.db")

    assert caught.value.failure.kind == "not_found"
    assert [*tmp_path.iterdir()] == []


async def test_a_newer_schema_is_refused_on_both_sides(
    history, location, target, copy, backend
) -> None:
    await add_session(history)
    tables = ["schema_migrations", "antiphon_migrations"]
    if backend == "postgresql":
        tables.reverse()
    await copy(location, target)
    before = read_everything(location)
    for place, table in zip((location, target), tables, strict=True):
        run_statement(place, f"INSERT INTO {table} VALUES (99, 'next', 'now')")
        with pytest.raises(AntiphonError) as caught:
            await copy(location, target)
        assert caught.value.failure.kind == "storage"
        assert "newer Antiphon" in caught.value.failure.message
        run_statement(place, f"DELETE FROM {table} WHERE version = 99")
    assert read_everything(location) == before == read_everything(target)


async def test_an_older_schema_is_left_to_a_server(history, location, target, copy) -> None:
    table = "antiphon_migrations" if "://" in str(location) else "schema_migrations"
    run_statement(location, f"UPDATE {table} SET version = -version")

    with pytest.raises(AntiphonError) as caught:
        await copy(location, target)

    assert "Let a server open it once" in caught.value.failure.hint


async def test_another_programs_file_is_refused(copy, tmp_path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE sessions (id)")
    before = file.read_bytes()

    for source, target in ((file, tmp_path / "a.db"), (tmp_path / "a.db", file)):
        if target == file:
            await copy_nothing(tmp_path / "a.db")
        with pytest.raises(AntiphonError) as caught:
            await copy(source, target)
        assert "another program's" in caught.value.failure.message

    assert file.read_bytes() == before


async def copy_nothing(path: Path) -> None:
    """Makes an empty history."""
    await (await open_history(path, server_id=new_id())).aclose()


async def test_a_look_makes_no_target(history, location, tmp_path, copy) -> None:
    await add_session(history)

    report = await copy(location, tmp_path / "new.db", dry_run=True)

    assert (report.sessions, (tmp_path / "new.db").exists()) == (1, False)


async def test_a_database_that_cannot_be_used_is_named_without_its_password(
    postgresql_cluster: PostgresqlCluster, copy, tmp_path
) -> None:
    await copy_nothing(tmp_path / "a.db")
    name = postgresql_cluster.create()
    wrong = postgresql_cluster.url(name, password="wrong-secret")
    missing = postgresql_cluster.url("none")
    read_only = postgresql_cluster.url(name, default_transaction_read_only="on")

    for url, words in (
        (wrong, "password"),
        (missing, "does not exist"),
        (read_only, "only be read"),
    ):
        with pytest.raises(AntiphonError) as caught:
            await copy(tmp_path / "a.db", url)
        assert words in f"{caught.value.failure.message} {caught.value.failure.hint}"
        assert "wrong-secret" not in str(caught.value)
    with pytest.raises(AntiphonError) as caught:
        await copy(postgresql_cluster.url("postgres"), tmp_path / "b.db")
    assert caught.value.failure.kind == "not_found"

"""Where the history is, and who may read it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from antiphon.engine.ports import AnswerEnd
from antiphon.history.sqlite.driver.errors import UnusableDatabase
from antiphon.history.sqlite.opening.path import default_path, make_private, path_of

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("sqlite:///srv/a.db", "/srv/a.db"),
        ("sqlite:////srv/a.db", "/srv/a.db"),
        ("SQLite:///srv/a.db", "/srv/a.db"),
        ("sqlite:///srv/with%20space.db", "/srv/with space.db"),
        ("sqlite:///C:/data/a.db", "C:/data/a.db"),
        ("/srv/a.db", "/srv/a.db"),
        (Path("/srv/a.db"), "/srv/a.db"),
    ],
)
def test_a_location_names_a_file(location, path) -> None:
    assert path_of(location) == Path(path)


@pytest.mark.parametrize("location", [":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_location_may_be_memory(location) -> None:
    assert path_of(location) is None


def test_a_tilde_is_the_home_of_the_person() -> None:
    assert path_of("sqlite:///~/a.db") == Path.home() / "a.db"
    assert path_of("~/a.db") == Path.home() / "a.db"


@pytest.mark.parametrize("location", [None, ""])
def test_nothing_is_the_platforms_folder_for_data(location, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert path_of(location) == default_path()
    assert default_path().name == "history.db"
    assert default_path().parent.name == "antiphon"


def test_another_scheme_is_refused_and_its_password_not_repeated() -> None:
    with pytest.raises(UnusableDatabase) as raised:
        path_of("postgresql://me:secret@host/db")

    assert "postgresql" in str(raised.value)
    assert "secret" not in str(raised.value)


@posix
async def test_everything_is_private_whatever_the_umask(opened, story, database) -> None:
    before = os.umask(0)
    try:
        history, a = await opened(database.parent / "deep" / "er" / "history.db"), story()
        await history.begin_run(a.start)
        await history.record([AnswerEnd(a.ended("x"))])
        found = {path: stat.S_IMODE(path.stat().st_mode) for path in database.parent.rglob("*")}
    finally:
        os.umask(before)

    folders = {path for path in found if path.is_dir()}
    files = found.keys() - folders
    assert {path.suffix for path in files} >= {".db", ".db-wal", ".db-shm", ".alive"}
    assert {found[path] for path in folders} == {0o700}
    assert {found[path] for path in files} == {0o600}
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700


@posix
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_narrowed(tmp_path, mode) -> None:
    path = tmp_path / "a.db"
    path.touch()
    path.chmod(mode)

    make_private(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("target", ["existing.db", "missing.db"])
def test_a_symbolic_link_is_refused(tmp_path, target) -> None:
    (tmp_path / "existing.db").write_bytes(b"somebody's")
    link = tmp_path / "a.db"
    link.symlink_to(tmp_path / target)

    with pytest.raises(UnusableDatabase, match="symbolic link"):
        make_private(link)

    assert (tmp_path / "existing.db").read_bytes() == b"somebody's"
    assert not (tmp_path / "missing.db").exists()


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path) -> None:
    with pytest.raises(UnusableDatabase, match="not a regular file"):
        make_private(tmp_path)

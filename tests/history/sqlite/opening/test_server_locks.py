"""Locks that say which servers are alive."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest

from antiphon.history.sqlite.opening.server_locks import (
    FileLock,
    lock_of_server,
    other_servers_running,
    remove_stale_locks,
)

HOLDER = """
import sys, pathlib
from antiphon.history.sqlite.opening.server_locks import FileLock
print(FileLock(pathlib.Path(sys.argv[1])).try_acquire(), flush=True)
sys.stdin.read()
"""


def test_a_lock_is_held_by_one_at_a_time(tmp_path) -> None:
    one, other = FileLock(tmp_path / "a"), FileLock(tmp_path / "a")

    assert one.try_acquire()
    assert not other.try_acquire()
    one.release()
    one.release()
    assert other.try_acquire()
    other.release(remove=True)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_is_free_once_its_process_is_killed(tmp_path) -> None:
    path = tmp_path / "a"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline().strip() == b"True"
        lock = FileLock(path)
        assert not lock.try_acquire()
        holder.kill()
        holder.wait(10)
        assert lock.try_acquire()
    lock.release()


def test_waiting_for_a_lock_ends_in_time(tmp_path) -> None:
    holder = FileLock(tmp_path / "a")
    assert holder.try_acquire()

    with pytest.raises(TimeoutError), FileLock(tmp_path / "a").held(timeout_s=0.05):
        pass

    holder.release()
    with FileLock(tmp_path / "a").held(timeout_s=0):
        assert not holder.try_acquire()


def test_only_other_servers_that_live_count(tmp_path) -> None:
    database = tmp_path / "history.db"
    own, dead, neighbour = (
        lock_of_server(database, "own"),
        lock_of_server(database, "dead"),
        lock_of_server(tmp_path / "other.db", "x"),
    )
    for lock in (own, dead, neighbour):
        assert lock.try_acquire()
    dead.release()
    assert not other_servers_running(database, "own")

    living = lock_of_server(database, "living")
    assert living.try_acquire()
    assert other_servers_running(database, "own")
    remove_stale_locks(database, "own")
    assert not dead.path.exists()
    assert all(lock.path.exists() for lock in (own, neighbour, living))
    for lock in (own, neighbour, living):
        lock.release()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_lock_file_is_private(tmp_path) -> None:
    lock = FileLock(tmp_path / "a")
    assert lock.try_acquire()
    assert stat.S_IMODE(lock.path.stat().st_mode) == 0o600
    lock.release()

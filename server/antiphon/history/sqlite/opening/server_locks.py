"""Finds which servers are alive: each locks its own file beside the database.

The kernel drops such a lock when its process ends, however it ends, so a lock that can be acquired
shows that its server has ended. Process numbers prove nothing: they are used again.

The locked files are never the database: closing any descriptor of a file drops all POSIX locks
that the process holds on it, SQLite's own included (https://sqlite.org/howtocorrupt.html, 2.2).
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_SUFFIX: Final = ".alive"
_POLL_S: Final = 0.01


class FileLock:
    """An exclusive lock on a file, held until it is released or its process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def try_acquire(self) -> bool:
        """Acquires the lock and returns whether it did, making the file if necessary.

        A new file has mode 0600. A file that belongs to another user counts as locked. Raises
        `OSError` if the file cannot be made.
        """
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        try:
            descriptor = os.open(self.path, flags, 0o600)
        except PermissionError:
            if self.path.exists():
                return False
            raise
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self, *, remove: bool = False) -> None:
        """Releases the lock and, with `remove`, deletes its file while nobody else can lock it."""
        if self._descriptor is None:
            return
        if remove and sys.platform != "win32":
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None
        if remove and sys.platform == "win32":  # an open file cannot be removed there
            self.path.unlink(missing_ok=True)

    @contextmanager
    def held(self, *, timeout_s: float) -> Generator[None]:
        """Holds the lock for the block, and blocks the thread until it is free.

        Raises `TimeoutError` if it is not free in time.
        """
        deadline = time.monotonic() + timeout_s
        while not self.try_acquire():
            if time.monotonic() >= deadline:
                raise TimeoutError(f"{self.path} is held by another server")
            time.sleep(_POLL_S)
        try:
            yield
        finally:
            self.release()


def lock_of_server(database: Path, server_id: str) -> FileLock:
    """Returns the lock that shows that the server of that id is alive."""
    return FileLock(database.with_name(f"{database.name}.{server_id}{_SUFFIX}"))


def other_servers_running(database: Path, own_id: str) -> bool:
    """Checks whether another server has this database open."""
    for lock in _locks_of_others(database, own_id):
        if not lock.try_acquire():
            return True
        lock.release()
    return False


def remove_stale_locks(database: Path, own_id: str) -> None:
    """Removes the files of servers that ended without doing so.

    Only for a server that is opening the history and keeps others from that: a server that has
    just made its file and not yet locked it would count as dead.
    """
    for lock in _locks_of_others(database, own_id):
        if lock.try_acquire():
            lock.release(remove=True)


def _locks_of_others(database: Path, own_id: str) -> list[FileLock]:
    # Not `glob`: the database's name may contain characters that are special in its patterns.
    prefix, own = f"{database.name}.", lock_of_server(database, own_id).path
    return [
        FileLock(path)
        for path in database.parent.iterdir()
        if path.name.startswith(prefix) and path.suffix == _SUFFIX and path != own
    ]


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            # flock, not lockf: it belongs to this descriptor, so that no other close drops it.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

"""Listens on a Unix socket that only its own user can reach.

The folder is 0700 and the socket 0600, and the kernel says who has connected. A lock file decides
which of two servers may have the socket: it is held for as long as the server lives.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import socket
import stat
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import anyio

from antiphon.lsp.transport.reader import open_reader
from antiphon.lsp.transport.writer import open_writer
from antiphon.shared_server.peer import NotPrivate, check_folder, find_peer_user

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from antiphon.lsp.transport.reader import Reader
    from antiphon.lsp.transport.writer import Writer

_log = logging.getLogger(__name__)

_BACKLOG: Final = 128
_LOCK_WAIT_S: Final = 15.0
"""How long a server that is ending may keep the lock: its grace, and some more."""
_POLL_S: Final = 0.05
_NO_DESCRIPTORS: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class ListenError(Exception):
    """The socket cannot be served. The message says why, and what to do."""


class AlreadyServed(ListenError):  # noqa: N818 - an outcome, not an error
    """Another server answers at this socket."""


class UnixListener:
    """A socket that is listened at. Made by `listen`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        try:
            _bind(self._socket, path)
        except ListenError:
            self._socket.close()
            raise
        self._identity = _identity(path)

    async def accept(self) -> socket.socket:
        """Returns the next client of the same user, and closes whoever else connects."""
        while True:
            try:
                client, _ = self._socket.accept()
            except BlockingIOError:
                await anyio.wait_readable(self._socket)
                continue
            except OSError as problem:
                if problem.errno in _NO_DESCRIPTORS:
                    _log.error("no client can be accepted: %s", problem.strerror)
                    await anyio.sleep(_POLL_S)
                continue
            uid = find_peer_user(client)
            if uid in (None, os.getuid()):
                return client
            _log.warning("closed the connection of another user: uid %s", uid)
            client.close()

    def close(self) -> None:
        """Stops listening, and removes the socket if it is still this one."""
        self._socket.close()
        if _identity(self.path) == self._identity:
            self.path.unlink(missing_ok=True)


@contextmanager
def listen(path: Path) -> Generator[UnixListener]:
    """Makes the socket at `path` and holds its lock until the block ends.

    It waits for a server that is ending. Raises `ListenError`.
    """
    _check_folder(path.parent)
    lock = _acquire_lock(path)
    try:
        _remove_stale_socket(path)
        listener = UnixListener(path)
        try:
            yield listener
        finally:
            listener.close()
    finally:
        os.close(lock)


def open_client(client: socket.socket) -> tuple[Reader, Writer]:
    """Returns the two ends of a connection, which own its descriptors."""
    fd = client.detach()
    second = os.dup(fd)
    return open_reader(fd), open_writer(second, stdin_fd=fd)


def _check_folder(folder: Path) -> None:
    """Makes the folder, or checks that it is a private one of this user."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_folder(str(folder))
    except OSError as problem:
        raise ListenError(f"{folder} cannot be made: {problem.strerror}.") from None
    except NotPrivate as problem:
        raise ListenError(str(problem)) from None


def _acquire_lock(path: Path) -> int:
    name = path.with_name(f"{path.name}.lock")
    try:
        lock = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise ListenError(f"{name} cannot be opened: {problem.strerror}. Remove it.") from None
    if os.fstat(lock).st_uid != os.getuid():
        os.close(lock)
        raise ListenError(f"{name} belongs to another user. Remove it, or name another socket.")
    ends = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if not answers(path) and time.monotonic() < ends:
                time.sleep(_POLL_S)
                continue
            os.close(lock)
            raise AlreadyServed(f"Another server answers at {path}. Use that one.") from None
        return lock


def answers(path: Path) -> bool:
    """Checks whether a server listens at `path`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _remove_stale_socket(path: Path) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(status.st_mode):
        raise ListenError(f"{path} is there and not a socket. Remove it, or name another path.")
    if status.st_uid != os.getuid():
        raise ListenError(f"{path} belongs to another user. Remove it, or name another path.")
    if answers(path):
        raise AlreadyServed(f"Another server answers at {path}. Use that one.")
    path.unlink(missing_ok=True)


def _bind(listener: socket.socket, path: Path) -> None:
    mask = os.umask(0o177)
    try:
        listener.bind(str(path))
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise ListenError(f"{path} cannot be listened at: {reason}.") from None
    finally:
        os.umask(mask)
    listener.listen(_BACKLOG)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino

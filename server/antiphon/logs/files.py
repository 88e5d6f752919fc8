"""Writes a log file that several servers share, and rotates it when it is full.

Each line is one `write` at the file's end, so lines of several processes do not mix. A process that
finds the file full renames it under a lock. The others notice that the path names another file.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows: a file that others have open cannot be renamed anyway
    fcntl = None

if TYPE_CHECKING:
    from pathlib import Path

_FLAGS = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a named pipe at this path must not hang the start
    | getattr(os, "O_CLOEXEC", 0)
)


class SharedFile(logging.Handler):
    """Writes records to `path` (mode 0600) and renames it to `path.1` at `max_bytes`.

    `max_files` older files are kept, as `path.1`, `path.2` and so on. The file is opened with the
    first record. A record that cannot be written is dropped, since a log must not end the server.
    """

    def __init__(self, path: Path, *, max_bytes: int, max_files: int) -> None:
        super().__init__()
        self._path = path
        self._max_bytes = max_bytes
        self._max_files = max_files
        self._fd: int | None = None

    def open(self) -> None:
        """Opens the file now. Raises `OSError` if it cannot be written or is a link."""
        self._reopen()

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line."""
        try:
            line = (self.format(record) + "\n").encode("utf-8", "backslashreplace")
            os.write(self._fd_for(len(line)), line)
        except (OSError, ValueError):
            self.handleError(record)

    def close(self) -> None:
        """Closes the file."""
        self.acquire()
        try:
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None
        finally:
            self.release()
        super().close()

    def _fd_for(self, line_bytes: int) -> int:
        fd = self._reopen() if self._fd is None else self._fd
        own = os.fstat(fd)
        if not self._is_current(own):
            return self._reopen()
        if own.st_size and own.st_size + line_bytes > self._max_bytes:
            return self._rotate(fd)
        return fd

    def _is_current(self, own: os.stat_result) -> bool:
        try:
            return os.path.samestat(own, os.lstat(self._path))
        except FileNotFoundError:
            return False

    def _rotate(self, fd: int) -> int:
        try:
            if fcntl is not None:
                fcntl.flock(fd, fcntl.LOCK_EX)
            if self._is_current(os.fstat(fd)):
                for number in range(self._max_files - 1, 0, -1):
                    _rename(self._rotated_path(number), self._rotated_path(number + 1))
                if self._max_files:
                    _rename(self._path, self._rotated_path(1))
                else:
                    self._path.unlink()
        except OSError:
            return fd  # a file above the limit is better than lost lines
        return self._reopen()

    def _rotated_path(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _reopen(self) -> int:
        fresh = open_private(self._path)
        if self._fd is not None:
            os.close(self._fd)
        self._fd = fresh
        return fresh


def open_private(path: Path) -> int:
    """Opens a file for appending that only its owner can read, and creates its folders.

    The folders are created with mode 0700. Raises `OSError`, also if the path is a symbolic link or
    not an ordinary file.
    """
    for folder in reversed([each for each in path.parents if not each.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a symbolic link")
    fd = os.open(path, _FLAGS, 0o600)
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is not an ordinary file")  # noqa: TRY301 - closed below
        if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
            os.fchmod(fd, 0o600)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _rename(path: Path, to: Path) -> None:
    if path.exists():
        path.replace(to)

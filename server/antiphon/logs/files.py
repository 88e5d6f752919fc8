"""A log file that several servers write at the same time, and that is never large.

Each line is one `write` at the file's end, so lines of several processes do not mix. Whoever finds
the file full renames it under a lock; the others notice that the name stands for another file.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows, where a file that others have open cannot be renamed anyway
    fcntl = None

if TYPE_CHECKING:
    from pathlib import Path

_FLAGS = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a named pipe in its place must not hang the start
    | getattr(os, "O_CLOEXEC", 0)
)


class SharedFile(logging.Handler):
    """Writes records to `path`, mode 0600; at `max_bytes` it becomes `path.1`, and so on.

    The file is opened with the first record. One that cannot be written is left alone: a log must
    not end the server.
    """

    def __init__(self, path: Path, *, max_bytes: int, kept: int) -> None:
        super().__init__()
        self._path = path
        self._max_bytes = max_bytes
        self._kept = kept
        self._fd: int | None = None

    def open(self) -> None:
        """Opens the file now. Raises `OSError` where it cannot be written, or is a link."""
        self._reopen()

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line."""
        try:
            line = (self.format(record) + "\n").encode("utf-8", "backslashreplace")
            os.write(self._ready(len(line)), line)
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

    def _ready(self, more: int) -> int:
        fd = self._reopen() if self._fd is None else self._fd
        own = os.fstat(fd)
        if not self._is_current(own):
            return self._reopen()
        if own.st_size and own.st_size + more > self._max_bytes:
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
                for number in range(self._kept - 1, 0, -1):
                    _rename(self._aside(number), self._aside(number + 1))
                if self._kept:
                    _rename(self._path, self._aside(1))
                else:
                    self._path.unlink()
        except OSError:
            return fd  # it grows on, which is better than to lose lines
        return self._reopen()

    def _aside(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _reopen(self) -> int:
        fresh = open_private(self._path)
        if self._fd is not None:
            os.close(self._fd)
        self._fd = fresh
        return fresh


def open_private(path: Path) -> int:
    """Opens a file to append to, which nobody else may read, in folders that nobody else may.

    Raises `OSError`, also where the name is a link or no file.
    """
    for folder in reversed([each for each in path.parents if not each.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a symbolic link")
    fd = os.open(path, _FLAGS, 0o600)
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")  # noqa: TRY301 - closes it
        if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
            os.fchmod(fd, 0o600)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _rename(path: Path, to: Path) -> None:
    if path.exists():
        path.replace(to)

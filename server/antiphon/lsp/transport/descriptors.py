"""Finds what a file descriptor allows: polling, or only blocking calls in a thread.

`O_NONBLOCK` belongs to the open file description, which descriptors may share. If stderr shares
the one of stdin or stdout (a socket pair, a terminal, `2>&1`), making that non-blocking would lose
log lines, so such a descriptor is served by a thread instead.
"""

from __future__ import annotations

import os
import stat
import sys

LOW_WATER_BYTES = 16 * 1024
"""A writer has room if no more than this is pending."""
_STDERR = 2


def same_file(left_fd: int, right_fd: int) -> bool:
    """Checks whether both descriptors are ends of the same pipe, socket or file."""
    try:
        left, right = os.fstat(left_fd), os.fstat(right_fd)
    except OSError:
        return False
    return (left.st_dev, left.st_ino) == (right.st_dev, right.st_ino)


def make_pollable(fd: int) -> bool:
    """Makes `fd` non-blocking if that is possible and harmless, and returns whether it is."""
    if sys.platform == "win32":
        return False
    mode = os.fstat(fd).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return False
    if not os.get_blocking(fd):
        return True
    stderr_blocked = _blocks(_STDERR)
    os.set_blocking(fd, False)
    if stderr_blocked and not _blocks(_STDERR):
        os.set_blocking(fd, True)
        return False
    return True


def _blocks(fd: int) -> bool:
    try:
        return os.get_blocking(fd)
    except OSError:  # closed: nothing can be lost there
        return False

"""Finds the user at the other end of a Unix socket, and checks folders."""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys


class NotPrivate(Exception):  # noqa: N818 - a finding
    """Another user could be at the other end. The message says what to do."""


def find_peer_user(connected: socket.socket) -> int | None:
    """Returns the user id of the other end, or `None` if the system hides it."""
    if sys.platform == "linux":
        raw = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return struct.unpack("3i", raw)[1]
    if sys.platform == "darwin":
        sol_local, local_peercred, xucred_bytes = 0, 1, 76
        raw = connected.getsockopt(sol_local, local_peercred, xucred_bytes)
        return struct.unpack_from("=II", raw)[1]
    return None


def check_folder(folder: str) -> None:
    """Checks that nobody but this user can reach into `folder`. Raises `NotPrivate`, `OSError`."""
    status = os.lstat(folder)
    if not stat.S_ISDIR(status.st_mode):
        raise NotPrivate(f"{folder} is a link or a file. Remove it, or name a folder of your own.")
    if status.st_uid != os.getuid():
        raise NotPrivate(f"{folder} belongs to another user. Name a folder of your own.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise NotPrivate(f"Others can reach {folder}. Make it private: chmod 700 {folder}")

"""Locates the history's file, and keeps other users from reading it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from antiphon.history.sqlite.driver.errors import UnusableDatabase

MEMORY: Final = ":memory:"
"""The location of a history that lives as long as its server."""

_FILE_NAME: Final = "history.db"
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
_DRIVE: Final = re.compile(r"/[A-Za-z]:[/\\]")


def default_path() -> Path:
    """Returns the path of this user's history in the platform's folder for data."""
    import platformdirs  # noqa: PLC0415 - not needed if history.url names the file

    return platformdirs.user_data_path("antiphon", appauthor=False) / _FILE_NAME


def path_of(location: str | Path | None) -> Path | None:
    """Returns the file that `location` names, or `None` for a history in memory only.

    `location` is a path, a `sqlite:` URL or nothing for the default. The user does
    not know a server's working directory, so a URL's path is always absolute:
    `sqlite:///srv/a.db` and `sqlite:////srv/a.db` are the same, and `~` is the user's home.

    Raises `UnusableDatabase` for another scheme.
    """
    if location is None or location == "":
        return default_path()
    text = str(location)
    if text == MEMORY:
        return None
    scheme = _SCHEME.match(text)
    if scheme is None:
        return Path(text).expanduser().absolute()
    if scheme.group(1).lower() != "sqlite":
        # The address may contain a password: it is not repeated.
        raise UnusableDatabase(
            f"history.url has the scheme {scheme.group(1)!r}, which is not supported.",
            "Use sqlite:///path/to/history.db.",
        )
    return _path_of_url(unquote(text[scheme.end() :]))


def _path_of_url(rest: str) -> Path | None:
    path = "/" + rest.lstrip("/")
    if path in {"/", f"/{MEMORY}"}:
        return None
    if path.startswith("/~"):
        return Path(path[1:]).expanduser().absolute()
    return Path(path[1:] if _DRIVE.match(path) else path)


def make_private(path: Path) -> None:
    """Makes the database's file (0600) if it is missing, and narrows a wide mode.

    SQLite gives its `-wal` and `-shm` files the mode of the database, so the file has to be there,
    with that mode, before SQLite first opens it.

    Raises `OSError` if that is not allowed, `UnusableDatabase` if the path is a link or not a file.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        make_empty(path)
        return
    if not stat.S_ISREG(found.st_mode):
        what = "a symbolic link" if stat.S_ISLNK(found.st_mode) else "not a regular file"
        raise UnusableDatabase(f"{path} is {what}.", "Let history.url name a regular file.")
    if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(0o600)


def make_folders(folder: Path) -> None:
    """Makes a folder and its missing parents, mode 0700.

    Raises `OSError`.
    """
    # mkdir(parents=True) gives its mode to the last folder only.
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700, exist_ok=True)


def make_empty(path: Path) -> None:
    """Makes a new, empty file that only its owner may read.

    The file must not exist. An existing one is never opened here, for the reason given in
    `antiphon.history.sqlite.opening.server_locks`.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))

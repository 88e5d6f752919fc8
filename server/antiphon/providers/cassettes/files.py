"""Reads and writes the files of a folder that somebody else may have filled.

No link of the folder is followed, and nothing but a file of bounded size is read.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class LinkedFileError(OSError):
    """A file that is a link, or in a folder that a link leads to."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} is a link")
        self.strerror = f"{path.name} is a link, which is not followed"


def read_file(path: Path, most_bytes: int) -> bytes | None:
    """Returns at most so many bytes of a file, or `None` if it is none.

    Raises `OSError`: `LinkedFileError` for a link.
    """
    check_folder(path.parent)
    if path.is_symlink():
        raise LinkedFileError(path)
    if not path.is_file():  # to open a pipe waits for its writer
        return None
    with path.open("rb") as file:
        return file.read(most_bytes)


def replace_file(path: Path, data: bytes) -> None:
    """Replaces the file at once with one that holds `data`.

    Raises `OSError`: `LinkedFileError` for a link.
    """
    check_folder(path.parent)
    if path.is_symlink():
        raise LinkedFileError(path)
    fresh = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        with fresh.open("xb") as file:
            file.write(data)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def check_folder(folder: Path) -> None:
    """Raises `LinkedFileError` if a resolved folder leads elsewhere by now."""
    if folder.resolve() != folder:
        raise LinkedFileError(folder)

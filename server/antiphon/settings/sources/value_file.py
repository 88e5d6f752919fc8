"""Reads the value of a setting from a file, as containers are given secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_MAX_BYTES: Final = 64 * 1024


class ValueFileProblem(Exception):  # noqa: N818 - a state of a file, as the end of a sentence
    """The file has no value. The text does not repeat what is in the file."""


def read_value_file(name: str) -> str:
    """Returns the text of a file without the line's end. Raises `ValueFileProblem`."""
    path = Path(name).expanduser()
    try:
        if not path.is_file():  # a pipe would hold up the server
            raise ValueFileProblem("is not a file" if path.exists() else "does not exist")
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ValueFileProblem(f"cannot be read ({error.strerror})") from None
    except ValueError:
        raise ValueFileProblem("has a name that no file can have") from None
    if len(content) > _MAX_BYTES:
        raise ValueFileProblem(f"is larger than {_MAX_BYTES // 1024} KiB")
    try:
        return content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueFileProblem("is not UTF-8 text") from None

"""Reads a variable's value from a file, as containers are given their secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SHORT_NAMES: Final = {
    "ANTIPHON_HISTORY_URL": "ANTIPHON_HISTORY__URL",
    "ANTIPHON_REDIS_URL": "ANTIPHON_LIMITS__REDIS_URL",
}
"""Other names of variables."""
FILE_SUFFIX: Final = "_FILE"
"""Behind a variable's name: the variable has the path of a file that holds the value."""
_LONGEST: Final = 64 * 1024


class UnreadableFileError(Exception):
    """What is wrong with a file, without its content, as the end of a sentence."""


def read_secret_file(name: str) -> str:
    """Returns the text of a file without blanks around. Raises `UnreadableFileError`."""
    try:
        path = Path(name).expanduser()
        if path.exists() and not path.is_file():  # a pipe would hold up the server
            raise UnreadableFileError("cannot be read (not a file)")
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
        value = content.decode().strip()
    except UnicodeError:
        raise UnreadableFileError("is not UTF-8 text") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "not the path of a file"
        raise UnreadableFileError(f"cannot be read ({reason})") from None
    if len(content) > _LONGEST:
        raise UnreadableFileError(f"is larger than {_LONGEST // 1024} KiB")
    if not value:
        raise UnreadableFileError("is empty")
    return value

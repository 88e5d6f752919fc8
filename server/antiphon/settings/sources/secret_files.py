"""Reads a variable's value from a file, as containers are given their secrets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORT_NAMES: Final = {"ANTIPHON_REDIS_URL": "ANTIPHON_LIMITS__REDIS_URL"}
"""Other names of variables."""
FILES: Final = {"ANTIPHON_REDIS_URL_FILE": "ANTIPHON_LIMITS__REDIS_URL"}
"""Variables that name a file, with the variable whose value is in it."""
_LONGEST: Final = 64 * 1024


class UnreadableFileError(Exception):
    """What is wrong with the file that a variable names, without the file's content."""


def read_value(environ: Mapping[str, str], name: str) -> tuple[str, str]:
    """Returns the setting's variable that `name` means, and its value.

    Raises `UnreadableFileError` for a file without a value.
    """
    if name not in FILES:
        return SHORT_NAMES.get(name, name), environ[name]
    try:
        with Path(environ[name]).expanduser().open("rb") as file:
            value = file.read(_LONGEST).decode().strip()
    except UnicodeError:
        raise UnreadableFileError(f"{name} names a file that is not UTF-8 text; ignored") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "not the path of a file"
        raise UnreadableFileError(
            f"{name} names a file that cannot be read ({reason}); ignored"
        ) from None
    if not value:
        raise UnreadableFileError(f"{name} names an empty file; ignored")
    return FILES[name], value

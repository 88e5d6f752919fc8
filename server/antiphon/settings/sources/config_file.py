"""Finds and reads the user's own config.toml."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from antiphon.settings.sources.source import Source, parse_source

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH_VARIABLE: Final = "ANTIPHON_CONFIG"
_MAX_BYTES: Final = 1 << 20
_NAME: Final = "file"


def locate_config(environ: Mapping[str, str]) -> Path:
    """Returns the file's path: `ANTIPHON_CONFIG`, or else the platform's default.

    The file need not exist.
    """
    named = environ.get(PATH_VARIABLE)
    if named:
        return Path(named).expanduser()
    return platformdirs.user_config_path("antiphon", appauthor=False) / "config.toml"


def read_config(path: Path | None, *, must_exist: bool) -> Source:
    """Reads the file as a source of settings.

    A file that cannot be read or parsed is one problem. One that does not exist is a problem only
    if the user named it (`must_exist`).
    """
    if path is None or (not must_exist and not path.exists()):
        return Source(_NAME)
    import tomllib  # noqa: PLC0415 - a start without the file does not pay for it

    try:
        content = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        return _ignored(path, f"is not valid TOML: {error}")
    except (OSError, ValueError, RecursionError) as error:
        return _ignored(path, _describe(error))
    source = parse_source(_NAME, content, label=str(path), user_level=True, config_path=path)
    _warn_of_readable_keys(path, source)
    return source


def _ignored(path: Path, problem: str) -> Source:
    source = Source(_NAME)
    source.add_problem((), f"{path} {problem}; it is ignored as a whole")
    return source


def _read(path: Path) -> str:
    # Non-blocking, since a named pipe at this path would otherwise block the start for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not an ordinary file")
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise OSError(errno.EFBIG, f"it is larger than {_MAX_BYTES} bytes")
    return data.decode("utf-8-sig")


def _describe(error: OSError | ValueError | RecursionError) -> str:
    match error:
        case UnicodeDecodeError():
            return "is not UTF-8 text"
        case OSError():
            return f"cannot be read: {error.strerror or type(error).__name__}"
        case RecursionError():
            return "is nested too deeply"
        case _:
            # An integer of thousands of digits, which `int` refuses.
            return "holds a number that is too large"


def _warn_of_readable_keys(path: Path, source: Source) -> None:
    readable = os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    for value in source.values:
        if readable and value.path[-1] == "apiKey":
            text = f"is in a file that others can read; run chmod 600 {path}, or use apiKeyEnv"
            source.add_problem(value.path, text, warning=True)

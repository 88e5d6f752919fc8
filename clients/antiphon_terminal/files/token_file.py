"""Changes the file of the tokens with which clients enter a network server."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from antiphon.model.secrets.access_tokens import InvalidTokens, format_tokens, parse_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.secrets.access_tokens import AccessToken

_PRIVATE: Final = 0o600


class TokenFileError(Exception):
    """The file cannot be used: the text is a sentence for the user."""


def read_tokens(path: Path) -> Sequence[AccessToken]:
    """Returns the tokens of the file, none if there is no file. Raises `TokenFileError`."""
    return _parse(path, _read_text(path))


def add_token(path: Path, token: AccessToken) -> None:
    """Adds a line to the file, which is made if it is missing. Raises `TokenFileError`."""
    text = _read_text(path)
    if token.user in {each.user for each in _parse(path, text)}:
        raise TokenFileError(
            f"{token.user} has a token already. To give a new one: antiphon token remove "
            f"{token.user}, then add it again."
        )
    separator = "" if not text or text.endswith("\n") else "\n"
    _replace(path, f"{text}{separator}{format_tokens([token])}")


def remove_token(path: Path, user: str) -> None:
    """Removes a user's line, and keeps every other as it is. Raises `TokenFileError`."""
    text = _read_text(path)
    before = _parse(path, text)
    if user not in {each.user for each in before}:
        names = ", ".join(each.user for each in before) or "nobody"
        raise TokenFileError(f"{user} has no token in {path}. Those who have: {names}.")
    entry = re.compile(rf"""[ \t]*["']?{re.escape(user)}["']?[ \t]*=""")
    kept = "".join(line for line in text.splitlines(keepends=True) if not entry.match(line))
    if _parse(path, kept) != [each for each in before if each.user != user]:
        raise TokenFileError(f"The entry of {user} is not one line. Remove it by hand: {path}")
    _replace(path, kept)


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise TokenFileError(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise TokenFileError(f"{path} is not UTF-8 text.") from None


def _parse(path: Path, text: str) -> list[AccessToken]:
    try:
        return parse_tokens(text)
    except InvalidTokens as problem:
        raise TokenFileError(f"{path} is not a valid tokens file: {problem}") from None


def _replace(path: Path, text: str) -> None:
    """Writes a private file and renames it, so that nobody reads half of it."""
    try:
        target = path.resolve()  # a symbolic link is kept, and its target is written
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(_PRIVATE)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise TokenFileError(f"{path}: {error.strerror}.") from None

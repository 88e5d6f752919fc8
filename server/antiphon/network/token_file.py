"""Reads the tokens file, again whenever it has changed."""

from __future__ import annotations

import logging
import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from antiphon.model.secrets.access_tokens import (
    AccessToken,
    InvalidTokens,
    digest_token,
    find_token,
    parse_tokens,
)

_log = logging.getLogger(__name__)
_MAX_BYTES: Final = 1024 * 1024
_OTHERS: Final = 0o077


class TokenFileProblem(Exception):  # noqa: N818 - a state of a file, as a sentence for the user
    """The tokens file cannot be used."""


class Tokens(Protocol):
    """The tokens that one server accepts."""

    def refresh(self) -> None:
        """Finds out what has changed. It may block for as long as a small file takes."""
        ...

    def find(self, token: str) -> AccessToken | None:
        """Returns the entry of `token`, if it is valid now."""
        ...

    def is_listed(self, token: AccessToken) -> bool:
        """Checks whether a connection that was opened with `token` may go on."""
        ...


class OneToken:
    """A token that is valid for as long as the server runs, of the user of this machine."""

    def __init__(self, token: str) -> None:
        self._entry = AccessToken("", digest_token(token))

    def refresh(self) -> None:
        """Implements `Tokens.refresh`: nothing changes."""

    def find(self, token: str) -> AccessToken | None:
        """Implements `Tokens.find`."""
        return find_token([self._entry], token, datetime.now(UTC))

    def is_listed(self, token: AccessToken) -> bool:
        """Implements `Tokens.is_listed`."""
        return token == self._entry


class TokenFile:
    """The tokens of one file.

    While the server runs, a file that is gone or that others may read lists no token; one that is
    not valid leaves the earlier tokens in force, since an editor may be writing it.
    """

    def __init__(self, path: Path) -> None:
        """Reads the file. Raises `TokenFileProblem`."""
        self._path = path
        self._version = _find_version(path)
        try:
            self._tokens = _read(path)
        except InvalidTokens as problem:
            raise TokenFileProblem(f"{path} is not a valid tokens file: {problem}") from None

    def refresh(self) -> None:
        """Implements `Tokens.refresh`: reads the file again if it has changed."""
        version = _find_version(self._path)
        if version == self._version:
            return
        self._version = version
        try:
            self._tokens = _read(self._path)
            _log.info("read %d tokens again", len(self._tokens))
        except InvalidTokens as problem:
            _log.error("the tokens file has changed and is not valid: %s", problem)
        except TokenFileProblem as problem:
            self._tokens = []
            _log.error("no token is valid any more: %s", problem)

    def find(self, token: str) -> AccessToken | None:
        """Implements `Tokens.find`."""
        return find_token(self._tokens, token, datetime.now(UTC))

    def is_listed(self, token: AccessToken) -> bool:
        """Implements `Tokens.is_listed`."""
        return token in self._tokens and token.is_valid_at(datetime.now(UTC))


def _find_version(path: Path) -> tuple[int, ...]:
    """Returns what changes when the file is written, replaced, deleted or opened to others."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode)


def _read(path: Path) -> list[AccessToken]:
    try:
        with path.open("rb") as file:
            _check(path, os.fstat(file.fileno()))
            text = file.read(_MAX_BYTES).decode()
    except OSError as error:
        raise TokenFileProblem(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidTokens("It is not UTF-8 text.") from None
    return parse_tokens(text)


def _check(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_BYTES:
        raise TokenFileProblem(f"{path} is not a small file.")
    if sys.platform == "win32":
        return
    if found.st_uid not in {os.geteuid(), 0}:
        raise TokenFileProblem(f"{path} belongs to another user. Use a file of your own.")
    if found.st_mode & _OTHERS:
        raise TokenFileProblem(f"Others may read or write {path}. Run: chmod 600 {path}")

"""Defines the tokens of a network server, and the file that lists them.

The file is TOML, a line for each user, and holds no token but its SHA-256:

    ada = "sha256:<hex>"
    bob = { token = "sha256:<hex>", expires = 2030-01-01T00:00:00Z }
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import tomllib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, cast

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIGEST: Final = re.compile(r"sha256:([0-9a-f]{64})")
_TOKEN_BYTES: Final = 32
_FIELDS: Final = {"token", "expires"}


class InvalidTokens(Exception):  # noqa: N818 - a state of a file, as a sentence for the user
    """A text is not a valid tokens file."""


class AccessToken(NamedTuple):
    """One user's token, as it is kept."""

    user: str
    digest: bytes
    """SHA-256 of the token."""
    expires_at: datetime | None = None

    def is_valid_at(self, time: datetime) -> bool:
        """Checks whether the token has not expired."""
        return self.expires_at is None or time < self.expires_at


def make_token() -> str:
    """Returns a new token of 256 random bits, which any HTTP header can carry."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest_token(token: str) -> bytes:
    """Returns what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def is_user_name(name: str) -> bool:
    """Checks whether `name` may be a user's: 1 to 64 letters, digits, `-` and `_`."""
    return _NAME.fullmatch(name) is not None


def find_token(tokens: Iterable[AccessToken], token: str, time: datetime) -> AccessToken | None:
    """Returns the entry of `token`, if it is valid at `time`.

    The time that it takes tells nothing: digests are compared instead of tokens, and with every
    entry, so neither an equal beginning nor the place in the file can be measured.
    """
    digest = digest_token(token)
    found: AccessToken | None = None
    for each in tokens:
        if hmac.compare_digest(each.digest, digest) and each.is_valid_at(time):
            found = each
    return found


def parse_tokens(text: str) -> list[AccessToken]:
    """Parses a tokens file. Raises `InvalidTokens`, which quotes no value of the file."""
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The message of the parser names a position, and at most one character.
        raise InvalidTokens(f"It is not valid TOML: {error}.") from None
    tokens = [_parse_entry(name, value) for name, value in entries.items()]
    seen: dict[bytes, str] = {}
    for each in tokens:
        other = seen.setdefault(each.digest, each.user)
        if other != each.user:
            raise InvalidTokens(f"{other} and {each.user} have the same token.")
    return tokens


def format_tokens(tokens: Sequence[AccessToken]) -> str:
    """Formats a tokens file."""
    return "".join(f"{_format_entry(each)}\n" for each in tokens)


def _parse_entry(name: str, value: Any) -> AccessToken:
    if not is_user_name(name):
        raise InvalidTokens(
            f"{name[:70]!r} is not a user's name: 1 to 64 letters, digits, - and _."
        )
    fields = cast("dict[str, Any]", value if isinstance(value, dict) else {"token": value})
    if unknown := fields.keys() - _FIELDS:
        raise InvalidTokens(f"{name} has an unknown field: {min(unknown)[:70]!r}.")
    digest = fields.get("token")
    found = _DIGEST.fullmatch(digest) if isinstance(digest, str) else None
    if found is None:
        raise InvalidTokens(f'The token of {name} is not "sha256:" and 64 hexadecimal digits.')
    return AccessToken(name, bytes.fromhex(found[1]), _parse_expiry(name, fields.get("expires")))


def _parse_expiry(name: str, value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidTokens(f"The expiry of {name} is not a time such as 2030-01-01T00:00:00Z.")
    return value


def _format_entry(token: AccessToken) -> str:
    digest = f'"sha256:{token.digest.hex()}"'
    if token.expires_at is None:
        return f"{token.user} = {digest}"
    expires = token.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{token.user} = {{ token = {digest}, expires = {expires} }}"

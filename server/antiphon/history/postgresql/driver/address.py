"""Reads the address of a database, and shows it without its password."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Struct

SCHEMES: Final = ("postgresql://", "postgres://")
_PREPARES: Final = "prepared_statements"
_FILES: Final = ("sslrootcert", "sslcert", "sslkey", "sslcrl")


class Address(Struct, frozen=True):
    """Where a database is, and how to speak to it."""

    dsn: str
    """What asyncpg is given: a password may be in it."""
    shown: str
    """For people and logs: without password and parameters."""
    prepares: bool
    """Whether statements are prepared. A pool that hands out connections by transaction forbids
    it, and keeps neither locks nor notices: see `presence.py`."""
    search_path: str | None = None
    """What the address asks for, which a pool may refuse or ignore."""
    files: tuple[str, ...] = ()
    """The certificates and keys that it names."""

    def __repr__(self) -> str:
        return f"Address({self.shown!r})"


def parse_address(url: str) -> Address:
    """Reads an address, taking our own parameter `prepared_statements=off` out of it."""
    parts = urlsplit(url)
    values = parse_qsl(parts.query, keep_blank_values=True)
    prepares = "off" not in [value for name, value in values if name == _PREPARES]
    rest = urlencode([(name, value) for name, value in values if name != _PREPARES])
    # Not by urlunsplit: it leaves out the slashes if no host is named.
    dsn = f"{parts.scheme}://{parts.netloc}{parts.path}{'?' if rest else ''}{rest}"
    account, _, hosts = parts.netloc.rpartition("@")
    user = account.partition(":")[0]
    netloc = f"{user}@{hosts}" if user else hosts
    search_path = next((value for name, value in values if name == "search_path"), None)
    files = tuple(value for name, value in values if name in _FILES)
    return Address(dsn, f"{parts.scheme}://{netloc}{parts.path}", prepares, search_path, files)

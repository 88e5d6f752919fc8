"""Sums up rows, so that two databases can be compared without numbers of their own.

A table's digest is the sum of the SHA-256 of its rows, so their order does not count, and the
digests of parts can be added up. Where the order of rows means something, a row's place among
those of its session is a part of the row.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from antiphon.history.copying.rows import SessionRows, Values

_MODULUS: Final = 1 << 256
_ORDERED: Final = frozenset({"panes", "messages"})


class Digests:
    """Counts and digests of tables, to which rows are added."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digests) and self._found == other._found

    __hash__ = None  # type: ignore[assignment] # it changes

    def add_rows(self, table: str, rows: Iterable[Values]) -> None:
        """Adds rows of a table."""
        count, total = self._found.get(table, (0, 0))
        for row in rows:
            count += 1
            total += _hash(table, row)
        if count:
            self._found[table] = count, total % _MODULUS

    def add(self, other: Digests) -> None:
        """Adds what `other` was given."""
        for table, (count, total) in other._found.items():
            known, so_far = self._found.get(table, (0, 0))
            self._found[table] = known + count, (so_far + total) % _MODULUS

    def count(self, table: str) -> int:
        """Returns how many rows of a table were added."""
        return self._found.get(table, (0, 0))[0]

    def different_tables(self, other: Digests) -> list[str]:
        """Returns the tables in which `other` is not the same."""
        names = sorted({*self._found, *other._found})
        return [name for name in names if self._found.get(name) != other._found.get(name)]

    def as_table(self) -> Mapping[str, tuple[int, str]]:
        """Returns the count and the digest (hex) of each table that has rows."""
        return {
            name: (count, f"{total:064x}") for name, (count, total) in sorted(self._found.items())
        }

    @property
    def hex(self) -> str:
        """The digest of everything."""
        return hashlib.sha256(msgspec.json.encode(self.as_table())).hexdigest()


def digest_session(rows: SessionRows) -> Digests:
    """Sums up everything of a session but what its answers cost."""
    digests = Digests()
    for table, found in rows.tables.items():
        if table in _ORDERED:
            digests.add_rows(table, ((place, *row) for place, row in enumerate(found)))
        else:
            digests.add_rows(table, found)
    return digests


def _hash(table: str, row: Values) -> int:
    encoded = msgspec.json.encode((table, row))
    return int.from_bytes(hashlib.sha256(encoded).digest(), "big")

"""Loads the numbered migrations of a folder: `0001_name.sql`, `0002_name.sql` …

A released migration is never changed; a new one is added.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FILE_NAME: Final = re.compile(r"(\d{4})_(\w+)\.sql")


class Migration(Struct, frozen=True):
    """One step of the schema."""

    version: int
    name: str
    sql: str


@cache
def load_migrations(folder: Path) -> tuple[Migration, ...]:
    """Loads the migrations of `folder`, in order.

    Raises `ValueError` if their numbers are not 1, 2, 3 …
    """
    found = [
        Migration(int(match.group(1)), match.group(2), path.read_text("utf-8"))
        for path in folder.iterdir()
        if (match := _FILE_NAME.fullmatch(path.name))
    ]
    return tuple(in_order(found))


def in_order(migrations: Sequence[Migration]) -> list[Migration]:
    """Sorts `migrations` by number.

    Raises `ValueError` if the numbers are not 1, 2, 3 …
    """
    ordered = sorted(migrations, key=lambda migration: migration.version)
    gaps = [b.name for a, b in pairwise(ordered) if b.version != a.version + 1]
    if gaps or not ordered or ordered[0].version != 1:
        raise ValueError(f"migrations must be numbered 1, 2, 3 …; wrong at: {gaps or ordered[:1]}")
    return ordered

"""Opens the databases that a copy reads and writes, by what users call them."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec import Struct

from antiphon.history.opening import open_database
from antiphon.history.sqlite.driver.errors import UnusableDatabase
from antiphon.history.sqlite.opening.path import MEMORY, path_of
from antiphon.history.sqlite.snapshot import open_snapshot
from antiphon.model.failure import error
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path

    from antiphon.history.copying.copy import Source, Target
    from antiphon.history.sql.connection import Connection
    from antiphon.history.sql.database import Database

T = TypeVar("T")

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)


class Place(Struct, frozen=True):
    """One history, as a user names it."""

    location: str | None
    """A path, an address, or nothing for the platform's folder; a password may be in it."""
    path: Path | None
    """The file, if it is one."""
    shown: str
    """For users, without a password."""

    def __repr__(self) -> str:
        return f"Place({self.shown!r})"


def parse_place(location: str | None) -> Place:
    """Reads what a user calls a history.

    Raises `AntiphonError` (`invalid_params`) for a scheme that is not known, and for memory.
    """
    scheme = _SCHEME.match(location or "")
    if scheme is not None and scheme.group(1).lower() != "sqlite":
        raise error(
            "invalid_params",
            f"There is no history with the scheme {scheme.group(1)!r}.",
            hint="Name a file, sqlite:///path/to/history.db or postgresql://user@host/database.",
        )
    try:
        path = path_of(location)
    except UnusableDatabase as unusable:
        raise error("invalid_params", unusable.reason, hint=unusable.hint) from unusable
    if path is None:
        raise error(
            "invalid_params",
            "A history in memory ends with its server: it cannot be copied.",
            hint="Name a file, sqlite:///path/to/history.db or postgresql://user@host/database.",
        )
    return Place(location, path, str(path))


@asynccontextmanager
async def open_source(place: Place) -> AsyncGenerator[Source]:
    """Opens a history for reading alone, in one snapshot.

    Raises `AntiphonError` (`not_found`, `storage`) if it is not there or cannot be used.
    """
    assert place.path is not None  # noqa: S101 - other places are refused
    async with open_snapshot(place.path) as snapshot:
        yield snapshot


@asynccontextmanager
async def open_target(place: Place) -> AsyncGenerator[Database]:
    """Opens a history for writing, as a server does. A file that is missing is made.

    Raises `AntiphonError` (`storage`) if it cannot be used.
    """
    database = await open_database(place.location, new_id())
    try:
        problem = database.status().problem
        if problem is not None or not database.survives:
            raise error(
                "storage", problem or "The target keeps nothing.", hint="Nothing was copied."
            )
        yield database
    finally:
        await database.aclose()


@asynccontextmanager
async def open_unchanged(place: Place) -> AsyncGenerator[Target]:
    """Opens a history to look at what a copy to it would change. One that is missing is empty.

    Raises like `open_source`.
    """
    if place.path is not None and not place.path.exists():
        database = await open_database(MEMORY, new_id())
        try:
            yield database
        finally:
            await database.aclose()
        return
    async with open_source(place) as snapshot:
        yield _Unchanged(snapshot)


class _Unchanged:
    """A target that is only looked at."""

    def __init__(self, snapshot: Source) -> None:
        self._snapshot = snapshot

    async def read_whole(self, work: Callable[[Connection], T]) -> T:
        return await self._snapshot.read(work)

    async def write(self, work: Callable[[Connection], T], *, durable: bool = False) -> T:
        raise error("unsupported", "This history is only looked at.")


def check_different(source: Place, target: Place) -> None:
    """Raises `AntiphonError` (`invalid_params`) if both are the same file."""
    if source.path is None or target.path is None:
        return
    is_same = source.path == target.path or (
        source.path.exists() and target.path.exists() and source.path.samefile(target.path)
    )
    if is_same:
        raise error(
            "invalid_params",
            f"The source and the target are the same history, {source.shown}.",
            hint="Name another one with --to.",
        )

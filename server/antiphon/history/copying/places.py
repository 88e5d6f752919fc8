"""Opens the databases that a copy reads and writes, by what users call them."""

from __future__ import annotations

import importlib
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

import anyio
from msgspec import Struct

from antiphon.history.opening import IS_OFF, open_database
from antiphon.history.sqlite.opening.path import MEMORY, path_of
from antiphon.history.sqlite.snapshot import open_snapshot
from antiphon.model.failure import error
from antiphon.model.values.ids import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from pathlib import Path
    from types import ModuleType

    from antiphon.history.copying.endpoints import Source, Target
    from antiphon.history.sql.connection import Connection
    from antiphon.history.sql.database import Database

T = TypeVar("T")

_POSTGRESQL: Final = ("postgresql://", "postgres://")
_NAME_ONE: Final = "Name a file, sqlite:///path/to/history.db or postgresql://user@host/database."
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
    if location is not None and location.startswith(_POSTGRESQL):
        return Place(location, None, _shown(location))
    if scheme is not None and scheme.group(1).lower() != "sqlite":
        raise error(
            "invalid_params",
            f"There is no history with the scheme {scheme.group(1)!r}.",
            hint=_NAME_ONE,
        )
    path = path_of(location)
    if path is None:
        raise error(
            "invalid_params",
            "A history in memory ends with its server: it cannot be copied.",
            hint=_NAME_ONE,
        )
    return Place(location, path, str(path))


def _shown(url: str) -> str:
    """Returns an address without its password and its parameters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise error(
            "invalid_params", "The address of the database cannot be read.", hint=_NAME_ONE
        ) from None
    account, _, hosts = parts.netloc.rpartition("@")
    user = account.partition(":")[0]
    return f"{parts.scheme}://{user}{'@' if user else ''}{hosts}{parts.path}"


@asynccontextmanager
async def open_source(place: Place) -> AsyncGenerator[Source]:
    """Opens a history for reading alone, in one snapshot.

    Raises `AntiphonError` (`not_found`, `storage`) if it is not there or cannot be used.
    """
    if place.path is not None:
        async with open_snapshot(place.path) as snapshot:
            yield snapshot
        return
    async with _postgresql().open_snapshot(place.location or "") as snapshot:
        yield snapshot


@asynccontextmanager
async def open_target(place: Place) -> AsyncGenerator[Database]:
    """Opens a history for writing, as a server does.

    A file that is missing is made.     Raises `AntiphonError` (`storage`) if it cannot be used.
    """
    database = await open_database(place.location, new_id())
    try:
        problem = database.status().problem
        if problem is not None or not database.survives:
            message = (problem or "The target keeps nothing.").removeprefix(f"{IS_OFF} ")
            raise error("storage", message, hint="Nothing was copied.")
        yield database
    finally:
        await database.aclose()


@asynccontextmanager
async def open_unchanged(place: Place) -> AsyncGenerator[Target]:
    """Opens a history to look at what a copy to it would change.

    One that is missing is empty. Raises like `open_source`.
    """
    if not await _exists(place):
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

    async def write(
        self, work: Callable[[Connection], T], *, durable: bool = False, indexes: bool = False
    ) -> T:
        raise error("unsupported", "This history is only looked at.")


async def check_different(source: Place, target: Place) -> None:
    """Raises `AntiphonError` (`invalid_params`) if both are the same history."""
    if await _is_same(source, target):
        raise error(
            "invalid_params",
            f"The source and the target are the same history, {source.shown}.",
            hint="Name another one.",
        )


async def _is_same(source: Place, target: Place) -> bool:
    if source.path is not None and target.path is not None:
        if source.path == target.path:
            return True
        both = await _exists(source) and await _exists(target)
        return both and await anyio.Path(source.path).samefile(target.path)
    if source.path is not None or target.path is not None:
        return False
    identify = _postgresql().identify
    return await identify(source.location or "") == await identify(target.location or "")


async def _exists(place: Place) -> bool:
    if place.path is not None:
        return await anyio.Path(place.path).exists()
    return await _postgresql().has_history(place.location or "")


def _postgresql() -> ModuleType:
    """Returns the module that reads PostgreSQL, whose driver may be missing."""
    try:
        return importlib.import_module("antiphon.history.postgresql.snapshot")
    except ModuleNotFoundError as missing:
        if missing.name != "asyncpg":
            raise
        raise error(
            "unsupported",
            "PostgreSQL needs a package.",
            hint="Install antiphon with the extra `postgres`: pip install 'antiphon[postgres]'.",
        ) from missing

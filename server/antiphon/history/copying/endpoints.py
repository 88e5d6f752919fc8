"""Defines what a copy needs of the databases at its two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.history.sql.connection import Connection

T = TypeVar("T")


class Source(Protocol):
    """A database in one snapshot, from the opening to the end."""

    async def read(self, work: Callable[[Connection], T], /) -> T:
        """Runs `work` in the snapshot."""
        ...


class Target(Protocol):
    """A database that is copied to."""

    async def read_whole(self, work: Callable[[Connection], T], /) -> T:
        """Runs `work` in a snapshot of everything."""
        ...

    async def write(
        self, work: Callable[[Connection], T], /, *, durable: bool = False, indexes: bool = False
    ) -> T:
        """Runs `work` as one transaction, as `Database.write` does."""
        ...

"""Defines an open database as the stores use it, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from antiphon.model.failure import AntiphonError, Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.engine.ports.sessions import Maintenance
    from antiphon.history.sql.connection import Connection
    from antiphon.model.commands.models import HistoryStatus
    from antiphon.model.commands.search import SearchParams, SearchResult

T = TypeVar("T")


class CommitInDoubtError(AntiphonError):
    """A write that may be stored or not: the answer to its commit was lost."""

    def __init__(self, transaction: str) -> None:
        message = "The history's database went away in the middle of a write."
        hint = "It is used again as soon as it answers."
        super().__init__(Failure.of("storage", message, hint=hint))
        self.transaction = transaction


class Database(Protocol):
    """The connections to one database. All users have them together.

    Every method raises `AntiphonError` of kind `storage` if the database cannot be used, and what
    the given function raises. A function may be called twice, as its transaction may have to be
    repeated.
    """

    shares: dict[str, frozenset[str]]
    """Who may read which session besides its owner."""

    @property
    def server_id(self) -> str: ...

    @property
    def closed(self) -> bool: ...

    @property
    def survives(self) -> bool:
        """Whether stored data outlives the server, unlike a history in memory."""
        ...

    def status(self) -> HistoryStatus:
        """Returns where the history is stored, and what is wrong with it now."""
        ...

    async def write(
        self, work: Callable[[Connection], T], *, durable: bool = False, indexes: bool = False
    ) -> T:
        """Runs `work` as one transaction, on the disk at the return if `durable`.

        `indexes` says that it stores messages that can be searched from then on.

        Raises `CommitInDoubtError` too.
        """
        ...

    async def was_committed(self, transaction: str) -> bool:
        """Tells what became of the write that raised `CommitInDoubtError`."""
        ...

    async def read(self, user: str, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a snapshot of what `user` may read."""
        ...

    async def read_whole(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a snapshot of what belongs to anybody."""
        ...

    async def read_apart(self, user: str, work: Callable[[Connection], T]) -> T:
        """Does the same as `read` without delaying anybody, for what takes long."""
        ...

    async def search(self, user: str, params: SearchParams) -> SearchResult:
        """Returns one page of messages that match, and stops if it is cancelled."""
        ...

    async def recover(self) -> int:
        """Ends the answers of servers that no longer run, and counts them."""
        ...

    async def version(self) -> int:
        """Returns a number that another process's commit changes, at almost no cost."""
        ...

    def maintenance(self, user: str) -> Maintenance:
        """Returns what looks after the database, for one user."""
        ...

    async def watch(self) -> None:
        """Works in the background for as long as the server lives."""
        ...

    async def aclose(self) -> None:
        """Waits for the last write and closes every connection."""
        ...


class UserReader:
    """Reads a database for one user."""

    def __init__(self, database: Database, user: str) -> None:
        self._database = database
        self.user = user

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a snapshot of what the user may read."""
        return await self._database.read(self.user, work)

    async def read_apart(self, work: Callable[[Connection], T]) -> T:
        """Does the same without delaying anybody, for what takes long."""
        return await self._database.read_apart(self.user, work)

    async def search(self, params: SearchParams) -> SearchResult:
        """Returns one page of the user's messages that match."""
        return await self._database.search(self.user, params)

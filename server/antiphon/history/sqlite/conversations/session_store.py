"""Stores sessions as a whole in one SQLite file, for one user.

Searching has its own connection, opened when it is first used: ranking a common word may take a
second, and opening a session must not wait for that.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from antiphon.history.sqlite.access import ownership
from antiphon.history.sqlite.conversations import session_writes
from antiphon.history.sqlite.conversations.session_queries import (
    conversations_up_to,
    idle_sessions,
    list_created_at,
    load_session,
)
from antiphon.history.sqlite.conversations.unknown_ids import unknown_id_error

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.history.sqlite.access.readers import UserReader
    from antiphon.history.sqlite.driver.writer import Writer
    from antiphon.model.commands.search import SearchParams, SearchResult
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session_file import SessionFile
    from antiphon.model.failure import AntiphonError

    Recover = Callable[[], Awaitable[None]]

T = TypeVar("T")

_IDLE_AT_ONCE: Final = 100
_STEPS_BETWEEN_LOOKS: Final = 10_000


class SqliteSessionStore:
    """Changes, copies and searches sessions, as the port `SessionStore` describes."""

    def __init__(
        self,
        writer: Writer,
        reader: UserReader,
        shares: dict[str, frozenset[str]],
        recover: Recover,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._shares = shares
        self._recover = recover

    async def rename(self, session_id: str, title: str) -> None:
        await self._change(session_id, partial(session_writes.rename, title=title))

    async def tag(self, session_id: str, tags: Sequence[str]) -> None:
        await self._change(session_id, partial(session_writes.tag, tags=tags))

    async def delete(self, session_id: str, *, idle_since: str | None = None) -> bool:
        await self._recover()  # an answer of a killed server is not running
        work = partial(session_writes.delete, idle_since=idle_since)
        deleted = await self._change(session_id, work)
        if deleted:
            self._shares.pop(session_id, None)
        return deleted

    async def share(self, session_id: str, readers: Sequence[str]) -> None:
        await self._change(session_id, partial(ownership.share, readers=readers))
        self._shares[session_id] = frozenset(readers)

    def readers(self, session_id: str) -> frozenset[str]:
        return self._shares.get(session_id, frozenset())

    async def add(self, file: SessionFile) -> None:
        work = partial(session_writes.add, file=file, owner=self._reader.user)
        await self._writer.write(work, durable=True)

    async def whole(self, session_id: str) -> SessionFile:
        return await self._reader.read(partial(load_session, session_id=session_id))

    async def idle_ids(self, since: str) -> list[str]:
        work = partial(idle_sessions, since=since, limit=_IDLE_AT_ONCE)
        return await self._reader.read(work)

    async def list_created_at(self, time: str) -> list[str]:
        return await self._reader.read(partial(list_created_at, time=time))

    async def search(self, params: SearchParams) -> SearchResult:
        """Returns one page of messages that match, and stops SQLite if it is cancelled."""
        cancelled = threading.Event()
        try:
            return await self._reader.read_long(partial(_stoppable, cancelled, params))
        finally:
            cancelled.set()

    async def conversations_up_to(self, message_ids: Sequence[str]) -> dict[str, list[Message]]:
        work = partial(conversations_up_to, message_ids=message_ids)
        return await self._reader.read(work)

    async def _change(self, session_id: str, work: Callable[..., T]) -> T:
        """Runs `work` on a session of the user's own, as one transaction.

        Raises `AntiphonError`: `permission` for a session that another user shares, `not_found`.
        """
        change = partial(_as_owner, work, self._reader.user, session_id)
        try:
            return await self._writer.write(change, durable=True)
        except ownership.NotTheirsError:
            pass
        # What the id may have meant is looked for among what the user may read.
        raise await self._reader.read(partial(_unknown_session, session_id))


def _as_owner(
    work: Callable[..., Any], user: str, session_id: str, connection: sqlite3.Connection
) -> Any:
    ownership.require_owner(connection, user, session_id)
    return work(connection, session_id)


def _unknown_session(session_id: str, connection: sqlite3.Connection) -> AntiphonError:
    return unknown_id_error(connection, "session", session_id, field="$.sessionId")


def _stoppable(
    cancelled: threading.Event, params: SearchParams, connection: sqlite3.Connection
) -> SearchResult:
    """Searches until it is done or cancelled."""
    connection.set_progress_handler(cancelled.is_set, _STEPS_BETWEEN_LOOKS)
    try:
        from antiphon.history.sqlite.search.search import search  # noqa: PLC0415 - in its thread

        return search(connection, params)
    finally:
        connection.set_progress_handler(None, 0)

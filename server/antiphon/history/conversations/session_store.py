"""Stores sessions as a whole, for one user."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from antiphon.history.conversations import access, session_writes
from antiphon.history.conversations.session_queries import (
    conversations_up_to,
    idle_sessions,
    list_created_at,
    load_session,
)
from antiphon.history.conversations.unknown_ids import unknown_id_error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.history.sql.connection import Connection
    from antiphon.history.sql.database import Database, UserReader
    from antiphon.model.commands.search import SearchParams, SearchResult
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session_file import SessionFile
    from antiphon.model.failure import AntiphonError

    Recover = Callable[[], Awaitable[None]]

T = TypeVar("T")

_IDLE_AT_ONCE: Final = 100


class SqlSessionStore:
    """Changes, copies and searches sessions, as the port `SessionStore` describes."""

    def __init__(
        self,
        database: Database,
        reader: UserReader,
        recover: Recover,
    ) -> None:
        self._database = database
        self._reader = reader
        self._shares = database.shares
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
        await self._change(session_id, partial(access.share, readers=readers))
        self._shares[session_id] = frozenset(readers)

    def readers(self, session_id: str) -> frozenset[str]:
        return self._shares.get(session_id, frozenset())

    async def add(self, file: SessionFile) -> None:
        work = partial(session_writes.add, file=file, owner=self._reader.user)
        await self._database.write(work, durable=True, indexes=True)

    async def whole(self, session_id: str) -> SessionFile:
        return await self._reader.read(partial(load_session, session_id=session_id))

    async def idle_ids(self, since: str) -> list[str]:
        work = partial(idle_sessions, since=since, limit=_IDLE_AT_ONCE)
        return await self._reader.read(work)

    async def list_created_at(self, time: str) -> list[str]:
        return await self._reader.read(partial(list_created_at, time=time))

    async def search(self, params: SearchParams) -> SearchResult:
        return await self._reader.search(params)

    async def conversations_up_to(self, message_ids: Sequence[str]) -> dict[str, list[Message]]:
        work = partial(conversations_up_to, message_ids=message_ids)
        return await self._reader.read(work)

    async def _change(self, session_id: str, work: Callable[..., T]) -> T:
        """Runs `work` on a session of the user's own, as one transaction.

        Raises `AntiphonError`: `permission` for a session that another user shares, `not_found`.
        """
        change = partial(_as_owner, work, self._reader.user, session_id)
        try:
            return await self._database.write(change, durable=True)
        except access.NotTheirsError:
            pass
        # What the id may have meant is looked for among what the user may read.
        raise await self._reader.read(partial(_unknown_session, session_id))


def _as_owner(work: Callable[..., Any], user: str, session_id: str, connection: Connection) -> Any:
    access.require_owner(connection, user, session_id)
    return work(connection, session_id)


def _unknown_session(session_id: str, connection: Connection) -> AntiphonError:
    return unknown_id_error(connection, "session", session_id, field="$.sessionId")

"""Stores sessions as a whole in one SQLite file.

Searching has its own connection, opened when it is first used: ranking a common word may take a
second, and opening a session must not wait for that.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Final

import anyio

from antiphon.history.sqlite.conversations import session_writes
from antiphon.history.sqlite.conversations.session_queries import (
    conversations_up_to,
    idle_sessions,
    list_created_at,
    load_session,
)
from antiphon.history.sqlite.driver.reader import Reader

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from antiphon.history.sqlite.driver.writer import Writer
    from antiphon.model.commands.search import SearchParams, SearchResult
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session_file import SessionFile

    Recover = Callable[[], Awaitable[None]]

_IDLE_AT_ONCE: Final = 100
_STEPS_BETWEEN_LOOKS: Final = 10_000


class SqliteSessionStore:
    """Changes, copies and searches sessions, as the port `SessionStore` describes."""

    def __init__(self, writer: Writer, reader: Reader, path: Path | None, recover: Recover) -> None:
        self._writer = writer
        self._reader = reader
        self._path = path
        self._recover = recover
        self._searching: Reader | None = None
        self._opening = anyio.Lock()

    async def rename(self, session_id: str, title: str) -> None:
        await self._writer.write(
            partial(session_writes.rename, session_id=session_id, title=title), durable=True
        )

    async def tag(self, session_id: str, tags: Sequence[str]) -> None:
        await self._writer.write(
            partial(session_writes.tag, session_id=session_id, tags=tags), durable=True
        )

    async def delete(self, session_id: str, *, idle_since: str | None = None) -> bool:
        await self._recover()  # an answer of a killed server is not running
        work = partial(session_writes.delete, session_id=session_id, idle_since=idle_since)
        return await self._writer.write(work, durable=True)

    async def add(self, file: SessionFile) -> None:
        await self._writer.write(partial(session_writes.add, file=file), durable=True)

    async def whole(self, session_id: str) -> SessionFile:
        return await self._reader.read(partial(load_session, session_id=session_id))

    async def idle_ids(self, since: str) -> list[str]:
        work = partial(idle_sessions, since=since, limit=_IDLE_AT_ONCE)
        return await self._reader.read(work)

    async def list_created_at(self, time: str) -> list[str]:
        return await self._reader.read(partial(list_created_at, time=time))

    async def search(self, params: SearchParams) -> SearchResult:
        """Returns one page of messages that match, and stops SQLite if it is cancelled."""
        reader = await self._searcher()
        cancelled = threading.Event()
        try:
            return await reader.read(partial(_stoppable, cancelled, params))
        finally:
            cancelled.set()

    async def conversations_up_to(self, message_ids: Sequence[str]) -> dict[str, list[Message]]:
        work = partial(conversations_up_to, message_ids=message_ids)
        return await self._reader.read(work)

    async def aclose(self) -> None:
        """Closes the connection for searching, since the others belong to the history."""
        if self._searching is not None:
            await self._searching.aclose()

    async def _searcher(self) -> Reader:
        if self._path is None:
            return self._reader
        async with self._opening:
            self._searching = self._searching or await Reader.open(self._path)
        return self._searching


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

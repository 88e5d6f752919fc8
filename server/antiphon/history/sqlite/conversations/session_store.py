"""Stores sessions as a whole in one SQLite file.

Searching has a connection of its own, opened when it is first used: ranking a common word may take
a second, and nobody who opens a session waits for that.
"""

from __future__ import annotations

import sqlite3
import threading
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import anyio

from antiphon.history.sqlite.conversations import session_writes
from antiphon.history.sqlite.conversations.session_queries import (
    conversations_up_to,
    idle_sessions,
    load_session,
)
from antiphon.history.sqlite.driver.connection import WorkerConnection, connect
from antiphon.history.sqlite.driver.errors import storage_error
from antiphon.history.sqlite.driver.transaction import snapshot
from antiphon.history.sqlite.search.search import search

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from antiphon.history.sqlite.driver.writer import Writer
    from antiphon.model.commands.search import SearchParams, SearchResult
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session_file import SessionFile

T = TypeVar("T")

_RESTED_AT_ONCE: Final = 100
_STEPS_BETWEEN_LOOKS: Final = 10_000


class SqliteSessionStore:
    """Changes, copies and searches sessions; every method is one whole transaction."""

    def __init__(
        self, writer: Writer, reading: WorkerConnection, path: Path | None, recover: Recover
    ) -> None:
        self._writer = writer
        self._reading = reading
        self._path = path
        self._recover = recover
        self._searching: WorkerConnection | None = None
        self._opening = anyio.Lock()

    async def rename(self, session_id: str, title: str) -> None:
        """Gives a session another title."""
        await self._writer.write(
            partial(session_writes.rename, session_id=session_id, title=title), durable=True
        )

    async def tag(self, session_id: str, tags: Sequence[str]) -> None:
        """Replaces a session's tags."""
        await self._writer.write(
            partial(session_writes.tag, session_id=session_id, tags=tags), durable=True
        )

    async def delete(self, session_id: str, *, rested_since: str | None = None) -> bool:
        """Deletes a session, with `rested_since` only if it was not used after that."""
        await self._recover()  # an answer of a killed server is not running
        work = partial(session_writes.delete, session_id=session_id, rested_since=rested_since)
        return await self._writer.write(work, durable=True)

    async def add(self, file: SessionFile) -> None:
        """Stores a whole session."""
        await self._writer.write(partial(session_writes.add, file=file), durable=True)

    async def whole(self, session_id: str) -> SessionFile:
        """A session with everything that belongs to it."""
        return await self._read(self._reading, partial(load_session, session_id=session_id))

    async def rested(self, since: str) -> list[str]:
        """Some of the sessions that were last used before `since`."""
        work = partial(idle_sessions, since=since, limit=_RESTED_AT_ONCE)
        return await self._read(self._reading, work)

    async def search(self, params: SearchParams) -> SearchResult:
        """One page of messages that fit; a cancelled search ends."""
        connection = await self._search_connection()
        cancelled = threading.Event()
        try:
            return await self._read(connection, partial(_stoppable, cancelled, params))
        finally:
            cancelled.set()

    async def conversations_up_to(self, message_ids: Sequence[str]) -> dict[str, list[Message]]:
        """The documents of these messages by pane, each up to the last of them."""
        work = partial(conversations_up_to, message_ids=message_ids)
        return await self._read(self._reading, work)

    async def aclose(self) -> None:
        """Closes the connection for searching; the others belong to the history."""
        if self._searching is not None:
            await self._searching.close()

    async def _search_connection(self) -> WorkerConnection:
        if self._path is None:
            return self._reading
        async with self._opening:
            if self._searching is None:
                try:
                    connector = partial(connect, self._path, read_only=True)
                    self._searching = await WorkerConnection(connector).opened()
                except sqlite3.Error as problem:
                    raise storage_error(problem) from problem
        return self._searching

    async def _read(
        self, connection: WorkerConnection, work: Callable[[sqlite3.Connection], T]
    ) -> T:
        try:
            return await connection.run(partial(_in_snapshot, work))
        except sqlite3.Error as problem:
            raise storage_error(problem) from problem


if TYPE_CHECKING:
    Recover = Callable[[], Awaitable[None]]


def _in_snapshot(work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
    with snapshot(connection):
        return work(connection)


def _stoppable(
    cancelled: threading.Event, params: SearchParams, connection: sqlite3.Connection
) -> SearchResult:
    """Searches until it is done or nobody waits for it any more."""
    connection.set_progress_handler(cancelled.is_set, _STEPS_BETWEEN_LOOKS)
    try:
        return search(connection, params)
    finally:
        connection.set_progress_handler(None, 0)

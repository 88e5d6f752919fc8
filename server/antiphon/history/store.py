"""Implements `antiphon.engine.ports.History` over any SQL database."""

from __future__ import annotations

import logging
import time
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from antiphon.engine.ports import AnswerEnd
from antiphon.history.conversations import access, queries, run_writes, transfers
from antiphon.history.conversations.access import THIS_MACHINE
from antiphon.history.conversations.session_store import SqlSessionStore
from antiphon.history.spending.ledger import SqlLedger
from antiphon.history.sql.database import CommitInDoubtError, UserReader
from antiphon.history.sql.write_counts import WriteTally
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.ports import Record, RunStart
    from antiphon.engine.ports.sessions import Maintenance
    from antiphon.history.conversations.session_looks import SqlSessionLooks
    from antiphon.history.pipelines.pipeline_store import SqlPipelineStore
    from antiphon.history.sql.connection import Connection
    from antiphon.history.sql.database import Database
    from antiphon.model.commands.models import HistoryStatus
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, Session

_log = logging.getLogger(__name__)

T = TypeVar("T")


class SqlHistory:
    """Stores conversations, as one user sees them."""

    def __init__(self, database: Database, user: str = THIS_MACHINE) -> None:
        self.database = database
        self._user = user
        self._reader = UserReader(database, user)
        self._tally = WriteTally()
        self._unstarted: list[str] = []
        self._doubt: tuple[str, Sequence[Record]] | None = None
        self.library = SqlSessionStore(database, self._reader, self.recover)
        """Changes, copies and searches sessions as a whole."""
        self.ledger = SqlLedger(database, self._reader)
        """Stores reservations and what was spent."""

    def for_user(self, user: str | None) -> SqlHistory:
        """Returns the same history as one user sees it, `None` for that of this machine.

        What belongs to others is not found there, and what it stores becomes theirs.
        """
        name = user or THIS_MACHINE
        return self if name == self._user else SqlHistory(self.database, name)

    async def owners(self) -> list[str | None]:
        """Returns the users who have sessions, `None` for that of this machine."""
        return [each or None for each in await self.database.read_whole(access.list_owners)]

    async def load_shares(self) -> None:
        """Reads who may read which session, for those who notify readers of changes."""
        self.database.shares.update(await self.database.read_whole(access.load_shares))

    @cached_property
    def upkeep(self) -> Maintenance:
        """Looks after the database."""
        return self.database.maintenance(self._user)

    @cached_property
    def pipelines(self) -> SqlPipelineStore:
        """Stores pipelines and their runs."""
        from antiphon.history.pipelines.pipeline_store import (  # noqa: PLC0415 - likewise
            SqlPipelineStore,
        )

        return SqlPipelineStore(self.database, self._reader)

    @cached_property
    def looks(self) -> SqlSessionLooks:
        """Reads what changed in followed sessions."""
        from antiphon.history.conversations.session_looks import (  # noqa: PLC0415 - likewise
            SqlSessionLooks,
        )

        return SqlSessionLooks(self.database)

    @property
    def survives(self) -> bool:
        return self.database.survives

    async def begin_run(self, start: RunStart) -> None:
        self._check_open()
        if self._unstarted:
            await self._end_unstarted()
        began = time.perf_counter()
        work = partial(
            run_writes.begin_run, start=start, server_id=self.database.server_id, owner=self._user
        )
        try:
            await self.database.write(work, indexes=True)
        except CommitInDoubtError:
            self._unstarted.append(start.run_id)
            raise
        took = (time.perf_counter() - began) * 1000
        _log.debug("wrote a run's %d messages in %.1f ms", len(start.messages), took)

    async def _end_unstarted(self) -> None:
        """Ends runs that may be stored but never began, as their panes seem to answer."""
        await self.database.write(partial(run_writes.disown, run_ids=[*self._unstarted]))
        await self.database.recover()
        self._unstarted.clear()

    async def record(self, records: Sequence[Record]) -> None:
        """Stores what is about to be shown, and syncs to disk when an answer ends."""
        self._check_open()
        records = await self._not_stored_yet(records)
        ends = sum(isinstance(item, AnswerEnd) for item in records)
        began = time.perf_counter()
        work = partial(run_writes.record, records=records)
        try:
            await self.database.write(work, durable=ends > 0, indexes=ends > 0)
        except CommitInDoubtError as doubt:
            self._doubt = (doubt.transaction, records)
            raise
        if _log.isEnabledFor(logging.DEBUG):
            self._tally.count(len(records), ends, time.perf_counter() - began)

    async def _not_stored_yet(self, records: Sequence[Record]) -> Sequence[Record]:
        """Leaves out what a write in doubt has stored after all: whoever wrote tries again."""
        if self._doubt is None:
            return records
        transaction, written = self._doubt
        if await self.database.was_committed(transaction):
            known = {id(each) for each in written}
            records = [each for each in records if id(each) not in known]
        self._doubt = None
        return records

    async def add_messages(self, session: Session, messages: Sequence[Message]) -> None:
        self._check_open()
        work = partial(transfers.add_messages, session=session, messages=messages, owner=self._user)
        await self.database.write(work, durable=True, indexes=True)
        _log.debug("wrote %d messages that no run brought", len(messages))

    async def references(self, message_id: str) -> tuple[list[Message], list[Pane]]:
        return await self._read(partial(transfers.references, message_id=message_id))

    async def recover(self) -> None:
        self._check_open()
        ended = await self.database.recover()
        _log.debug("ended answers of servers that no longer run: %d", ended)

    async def session(self, session_id: str) -> Session:
        return await self._read(partial(queries.session, session_id=session_id))

    async def pane(self, pane_id: str) -> Pane:
        return await self._read(partial(queries.pane, pane_id=pane_id))

    async def messages(
        self, *, session_id: str | None = None, pane_id: str | None = None
    ) -> list[Message]:
        if pane_id is not None:
            return await self._read(partial(queries.messages_of_pane, pane_id=pane_id))
        if session_id is not None:
            return await self._read(partial(queries.messages_of_session, session_id=session_id))
        raise ValueError("either session_id or pane_id is needed")

    async def message(self, message_id: str) -> Message:
        return await self._read(partial(queries.message, message_id=message_id))

    async def sessions(
        self, *, limit: int, cursor: str | None = None, tag: str | None = None
    ) -> tuple[list[Session], str | None]:
        return await self._read(partial(queries.sessions, limit=limit, cursor=cursor, tag=tag))

    async def session_of_run(self, run_id: str) -> str:
        return await self._read(partial(queries.session_of_run, run_id=run_id))

    async def contexts(self, hashes: Sequence[str]) -> dict[str, str]:
        return await self._read(partial(queries.contexts, hashes=hashes))

    def status(self) -> HistoryStatus:
        return self.database.status()

    async def aclose(self) -> None:
        """Waits for the last write and closes the database."""
        await self.database.aclose()

    async def _read(self, work: Callable[[Connection], T]) -> T:
        self._check_open()
        return await self._reader.read(work)

    def _check_open(self) -> None:
        if self.database.closed:
            raise error("storage", "The history is closed.", hint="The server is stopping.")

"""Implements `antiphon.engine.ports.History` over one SQLite file.

Two connections, each with its own thread: one writes, one reads, and with the write-ahead log
neither waits for the other.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

import anyio

from antiphon.engine.ports import AnswerEnd
from antiphon.history.sqlite.access import ownership
from antiphon.history.sqlite.access.readers import UserReader
from antiphon.history.sqlite.access.visible_rows import THIS_MACHINE
from antiphon.history.sqlite.conversations import queries, run_writes, transfers
from antiphon.history.sqlite.conversations.session_store import SqliteSessionStore
from antiphon.history.sqlite.driver.errors import UnusableDatabase, explanation, storage_error
from antiphon.history.sqlite.driver.write_counts import WriteTally
from antiphon.history.sqlite.opening.open_file import open_file, open_memory
from antiphon.history.sqlite.opening.path import MEMORY, path_of
from antiphon.history.sqlite.opening.recovery import recover
from antiphon.history.sqlite.spending.ledger import SqliteLedger
from antiphon.model.failure import error
from antiphon.model.values.ids import is_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from antiphon.engine.ports import Record, RunStart
    from antiphon.history.sqlite.conversations.session_looks import SqliteSessionLooks
    from antiphon.history.sqlite.maintenance import SqliteMaintenance
    from antiphon.history.sqlite.opening.open_file import OpenFile
    from antiphon.history.sqlite.pipelines.pipeline_store import SqlitePipelineStore
    from antiphon.model.commands.models import HistoryStatus
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, Session

_log = logging.getLogger(__name__)

T = TypeVar("T")


class SqliteHistory:
    """Stores conversations in one SQLite file, or in memory if there is none."""

    def __init__(self, file: OpenFile, user: str = THIS_MACHINE) -> None:
        self._file = file
        self._user = user
        self._writer = file.writer
        self._reader = UserReader(file.readers, user)
        self._tally = WriteTally()
        self.library = SqliteSessionStore(self._writer, self._reader, file.shares, self.recover)
        """Changes, copies and searches sessions as a whole."""
        self.ledger = SqliteLedger(self._writer, self._reader)
        """Stores reservations and what was spent."""

    def for_user(self, user: str | None) -> SqliteHistory:
        """Returns the same history as one user sees it, `None` for that of this machine.

        What belongs to others is not found there, and what it stores becomes theirs.
        """
        name = user or THIS_MACHINE
        return self if name == self._user else SqliteHistory(self._file, name)

    async def owners(self) -> list[str | None]:
        """Returns the users who have sessions, `None` for that of this machine."""
        return [each or None for each in await self._file.whole.read(ownership.list_owners)]

    async def load_shares(self) -> None:
        """Reads who may read which session, for those who notify readers of changes."""
        self._file.shares.update(await self._file.whole.read(ownership.load_shares))

    @cached_property
    def upkeep(self) -> SqliteMaintenance:
        """Looks after the file."""
        from antiphon.history.sqlite.maintenance import (  # noqa: PLC0415 - few clients need it
            SqliteMaintenance,
        )

        return SqliteMaintenance(
            self._writer, self._reader, self._file.server_id, self.status, self._file.path
        )

    @cached_property
    def pipelines(self) -> SqlitePipelineStore:
        """Stores pipelines and their runs."""
        from antiphon.history.sqlite.pipelines.pipeline_store import (  # noqa: PLC0415 - likewise
            SqlitePipelineStore,
        )

        return SqlitePipelineStore(self._writer, self._reader)

    @cached_property
    def looks(self) -> SqliteSessionLooks:
        """Reads what changed in followed sessions."""
        from antiphon.history.sqlite.conversations.session_looks import (  # noqa: PLC0415 - likewise
            SqliteSessionLooks,
        )

        return SqliteSessionLooks(self._writer, self._file.whole, self._file.path)

    @property
    def survives(self) -> bool:
        return self._file.status.location != MEMORY

    async def begin_run(self, start: RunStart) -> None:
        self._check_open()
        began = time.perf_counter()
        work = partial(
            run_writes.begin_run, start=start, server_id=self._file.server_id, owner=self._user
        )
        await self._writer.write(work)
        took = (time.perf_counter() - began) * 1000
        _log.debug("wrote a run's %d messages in %.1f ms", len(start.messages), took)

    async def record(self, records: Sequence[Record]) -> None:
        """Stores what is about to be shown, and syncs to disk when an answer ends."""
        self._check_open()
        ends = sum(isinstance(item, AnswerEnd) for item in records)
        began = time.perf_counter()
        await self._writer.write(partial(run_writes.record, records=records), durable=ends > 0)
        if _log.isEnabledFor(logging.DEBUG):
            self._tally.count(len(records), ends, time.perf_counter() - began)

    async def add_messages(self, session: Session, messages: Sequence[Message]) -> None:
        self._check_open()
        work = partial(transfers.add_messages, session=session, messages=messages, owner=self._user)
        await self._writer.write(work, durable=True)
        _log.debug("wrote %d messages that no run brought", len(messages))

    async def references(self, message_id: str) -> tuple[list[Message], list[Pane]]:
        return await self._read(partial(transfers.references, message_id=message_id))

    async def recover(self) -> None:
        self._check_open()
        if self._file.path is None:
            return
        work = partial(recover, database=self._file.path, own_id=self._file.server_id)
        with anyio.CancelScope(shield=True):
            try:
                ended = await self._writer.run(work)
                _log.debug("ended answers of servers that no longer run: %d", ended)
            except sqlite3.Error as problem:
                raise storage_error(problem) from problem
            except OSError as problem:  # a lock file of another server
                raise error("storage", f"The history's folder: {problem.strerror}.") from problem

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
        problem = self._writer.problem or self._file.status.problem
        return self._file.status.model_copy(update={"problem": problem})

    async def aclose(self) -> None:
        """Waits for the last write, closes the file and releases this server's lock."""
        await self._file.aclose()

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._check_open()
        return await self._reader.read(work)

    def _check_open(self) -> None:
        if self._file.closed:
            raise error("storage", "The history is closed.", hint="The server is stopping.")


async def open_store(location: str | Path | None, server_id: str) -> SqliteHistory:
    """Opens the history, in memory if its file cannot be used, like `open_history`."""
    if not is_id(server_id):
        raise ValueError("server_id must be a ULID: it becomes part of a file's name")
    try:
        path = path_of(location)
        opened = await (open_file(path, server_id) if path else open_memory(server_id))
        return SqliteHistory(opened)
    except UnusableDatabase as unusable:
        problem = f"{unusable.reason} {unusable.hint}"
    except sqlite3.Error as failed:
        problem = " ".join(explanation(failed))
    except OSError as failed:
        problem = (
            f"The history file cannot be used: {failed.strerror or failed}. "
            "Check the permissions of the file and of its folder."
        )
    _log.error("the history is kept in memory only: %s", problem)
    notice = f"History is off: nothing is kept. {problem} Then start the server again."
    return SqliteHistory(await open_memory(server_id, notice))

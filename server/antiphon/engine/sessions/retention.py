"""Deletes conversations that rested longer than the person wants to keep them.

Once at the start and once a day, one session a transaction, so that nothing that runs waits. A
session that is answering, or was used since, is left alone: the history looks again, in the
transaction that deletes.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import anyio

from antiphon.model.failure import AntiphonError
from antiphon.model.values.times import rfc3339

if TYPE_CHECKING:
    from antiphon.engine.ports.clients import ChangeNotifier
    from antiphon.engine.ports.sessions import SessionStore

_DAY_S: Final = 24 * 60 * 60.0
_LOG: Final = logging.getLogger(__name__)


class Retention:
    """Keeps the history as long as `days` says; `None` keeps it for ever."""

    def __init__(self, library: SessionStore, changed: ChangeNotifier) -> None:
        self.days: int | None = None
        self._library = library
        self._changed = changed

    async def enforce(self) -> None:
        """Deletes what rested too long, now and then daily, until it is cancelled."""
        while True:
            try:
                await self.sweep()
            except AntiphonError as problem:
                _LOG.warning("old sessions could not be deleted: %s", problem.failure.message)
            await anyio.sleep(_DAY_S)

    async def sweep(self) -> int:
        """Deletes what rested too long and returns how many sessions that were."""
        if self.days is None:
            return 0
        try:
            since = rfc3339(datetime.now(UTC) - timedelta(days=self.days))
        except OverflowError:  # longer than there are times
            return 0
        deleted = 0
        while rested := await self._library.rested(since):
            before = deleted
            for session_id in rested:
                deleted += await self._delete(session_id, since)
            if deleted == before:  # what is left is in use
                break
        return deleted

    async def _delete(self, session_id: str, since: str) -> bool:
        try:
            deleted = await self._library.delete(session_id, rested_since=since)
        except AntiphonError as problem:
            if problem.failure.kind not in {"conflict", "not_found"}:
                raise
            return False  # it is answering, or another server was faster
        if deleted:
            self._changed(("session", session_id))
        return deleted

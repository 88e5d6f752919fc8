"""Deletes sessions that were not used for longer than the user keeps them.

This runs at the start and once a day, with one transaction for each session, so that no run waits
for it. A session that is answering, or was used since, is kept: the history checks this again in
the transaction that deletes.
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
    """Deletes sessions that were not used for `days` days. `None` keeps all of them."""

    def __init__(self, library: SessionStore, changed: ChangeNotifier) -> None:
        self.days: int | None = None
        self._library = library
        self._changed = changed

    async def enforce(self) -> None:
        """Deletes unused sessions, now and once a day, until it is cancelled."""
        while True:
            try:
                await self.sweep()
            except AntiphonError as failed:
                _LOG.warning("old sessions could not be deleted: %s", failed.failure.message)
            await anyio.sleep(_DAY_S)

    async def sweep(self) -> int:
        """Deletes unused sessions once and returns how many."""
        if self.days is None:
            return 0
        try:
            since = rfc3339(datetime.now(UTC) - timedelta(days=self.days))
        except OverflowError:  # before the first date that Python can represent
            return 0
        deleted = 0
        while idle_ids := await self._library.idle_ids(since):
            deleted_before = deleted
            for session_id in idle_ids:
                deleted += await self._delete(session_id, since)
            if deleted == deleted_before:  # the remaining sessions are in use
                break
        return deleted

    async def _delete(self, session_id: str, since: str) -> bool:
        try:
            deleted = await self._library.delete(session_id, idle_since=since)
        except AntiphonError as failed:
            if failed.failure.kind not in {"conflict", "not_found"}:
                raise
            return False  # it is answering, or another server has deleted it
        if deleted:
            self._changed(("session", session_id))
        return deleted

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
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.engine.ports.clients import ChangeNotifier
    from antiphon.engine.ports.sessions import SessionStore

    Libraries = Callable[[], Awaitable[Sequence[tuple[SessionStore, ChangeNotifier]]]]

_DAY_S: Final = 24 * 60 * 60.0
_LOG: Final = logging.getLogger(__name__)


class Retention:
    """Deletes sessions that were not used for `days` days. `None` keeps all of them.

    `libraries` returns those of all users, each with what reports its changes.
    """

    def __init__(self, libraries: Libraries) -> None:
        self.days: int | None = None
        self._libraries = libraries

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
        return sum(
            [await _sweep(library, changed, since) for library, changed in await self._libraries()]
        )


async def _sweep(library: SessionStore, changed: ChangeNotifier, since: str) -> int:
    deleted = 0
    while idle_ids := await library.idle_ids(since):
        deleted_before = deleted
        for session_id in idle_ids:
            if await _delete(library, session_id, since):
                changed(("session", session_id))
                deleted += 1
        if deleted == deleted_before:  # the remaining sessions are in use
            break
    return deleted


async def _delete(library: SessionStore, session_id: str, since: str) -> bool:
    try:
        return await library.delete(session_id, idle_since=since)
    except AntiphonError as failed:
        if failed.failure.kind not in {"conflict", "not_found"}:
            raise
        return False  # it is answering, or another server has deleted it

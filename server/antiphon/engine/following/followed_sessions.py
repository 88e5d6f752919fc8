"""Finds what happens in followed sessions, for as long as somebody follows one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import anyio

from antiphon.engine.following.event_log import EventLog
from antiphon.engine.following.feed import SessionFeed
from antiphon.engine.following.follower import Follower
from antiphon.model.conversation.events import ErrorEvent, FinalEvent, ReasoningEvent, TokenEvent
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from antiphon.engine.following.event_log import LoggedEvent
    from antiphon.engine.ports.clients import ChangeNotifier
    from antiphon.engine.ports.following import SessionLooks
    from antiphon.engine.run.active_runs import ActiveRuns

_log = logging.getLogger(__name__)

_POLL_S: Final = 0.25
_RECOVER_S: Final = 2.0


class FollowedSessions:
    """The sessions that somebody follows, each with one feed for all its followers.

    `recover` ends the answers of servers that were killed, and `notifier` returns what notifies
    clients of changes by other servers, of what one user has.
    """

    def __init__(
        self,
        looks: SessionLooks,
        runs: ActiveRuns,
        *,
        recover: Callable[[], Awaitable[None]],
        notifier: Callable[[str | None], ChangeNotifier],
        recover_s: float = _RECOVER_S,
        new_log: Callable[[], EventLog] = EventLog,
    ) -> None:
        self._looks = looks
        self._runs = runs
        self._recover = recover
        self._notifier = notifier
        self._new_log = new_log
        self._recover_s = recover_s
        self._feeds: dict[str, SessionFeed] = {}
        self._opening = anyio.Lock()
        self._wake = anyio.Event()
        self._version: int | None = None
        self._quiet_since = 0.0
        self._is_notifying = False

    async def follow(self, session_id: str) -> Follower:
        """Follows a session, whose `leave` must be called. Raises as `SessionFeed.open` does."""
        async with self._opening:
            feed = self._feeds.get(session_id)
            if feed is None or feed.is_deleted:
                feed = await self._open(session_id)
            feed.followers += 1
        self._wake.set()
        return Follower(feed, self._leave)

    def note(self, *changes: tuple[str, str]) -> None:
        """Takes a notice of what this server changed."""
        for _, key in () if self._is_notifying else changes:
            if key in self._feeds:
                self._feeds[key].is_dirty = True
                self._wake.set()

    async def watch(self) -> None:
        """Reads what changed, about four times a second, while somebody follows."""
        while True:
            if not self._feeds:
                await self._wake.wait()
            with anyio.move_on_after(_POLL_S):
                await self._wake.wait()
            self._wake = anyio.Event()
            try:
                await self.look()
            except AntiphonError as problem:
                _log.warning("followed sessions wait: %s", problem.failure.message)

    async def look(self) -> None:
        """Reads what changed, once. Raises `AntiphonError` (`storage`)."""
        version = await self._looks.version()
        if is_news := version != self._version:
            self._version = version
            self._quiet_since = anyio.current_time()
        await self._end_killed()
        for feed in [*self._feeds.values()]:
            if is_news or feed.is_dirty:
                feed.is_dirty = False
                self._notify(feed, await feed.look())

    async def _end_killed(self) -> None:
        """Lets the history end the answers of killed servers, after a silence."""
        waiting = [feed for feed in self._feeds.values() if feed.awaits_others]
        now = anyio.current_time()
        if not waiting or now - self._quiet_since < self._recover_s:
            return
        self._quiet_since = now
        await self._recover()
        for feed in waiting:
            feed.is_dirty = True

    async def _open(self, session_id: str) -> SessionFeed:
        feed = SessionFeed(session_id, self._looks, self._runs, self._new_log())
        self._feeds[session_id] = feed  # before it reads: changes meanwhile are noted
        self._runs.listen(session_id, feed.show)
        try:
            await feed.open()
        except BaseException:
            self._close(feed)
            raise
        return feed

    def _leave(self, follower: Follower) -> None:
        follower.feed.followers -= 1
        if not follower.feed.followers:
            self._close(follower.feed)

    def _close(self, feed: SessionFeed) -> None:
        if self._feeds.get(feed.session_id) is feed:
            del self._feeds[feed.session_id]
            self._runs.unlisten(feed.session_id)

    def _notify(self, feed: SessionFeed, logged: Sequence[LoggedEvent]) -> None:
        if all(isinstance(each.event, TokenEvent | ReasoningEvent) for each in logged):
            return
        changes = [("session", feed.session_id)]
        if any(isinstance(each.event, FinalEvent | ErrorEvent) for each in logged):
            changes.append(("meter", feed.session_id))
        self._is_notifying = True
        try:
            self._notifier(feed.owner)(*changes)
        finally:
            self._is_notifying = False

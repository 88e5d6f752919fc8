"""Lets clients follow sessions: what that needs is imported at the first follow."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from antiphon.app.clients import Clients
    from antiphon.engine.following.followed_sessions import FollowedSessions
    from antiphon.engine.following.follower import Follower
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.history.sqlite.store import SqliteHistory


class Following:
    """The followed sessions of one engine, whoever its clients are."""

    def __init__(self, history: SqliteHistory, runs: ActiveRuns, clients: Clients) -> None:
        self._history = history
        self._runs = runs
        self._clients = clients
        self._followed: FollowedSessions | None = None
        self._began = anyio.Event()

    def load(self) -> None:
        """Imports what a follow needs, which may be done in a thread."""
        import_module("antiphon.engine.following.followed_sessions")

    async def follow(self, session_id: str) -> Follower:
        """Follows a session. Raises `AntiphonError` (`not_found`, `storage`)."""
        followed = self._followed or self._begin()
        return await followed.follow(session_id)

    async def watch(self) -> None:
        """Looks for changes of other servers, from the first follow on."""
        await self._began.wait()
        if self._followed is not None:
            await self._followed.watch()

    def _begin(self) -> FollowedSessions:
        from antiphon.engine.following.followed_sessions import (  # noqa: PLC0415 - at the first use
            FollowedSessions,
        )

        self._followed = FollowedSessions(
            self._history.looks,
            self._runs,
            recover=self._history.recover,
            notifier=self._clients.notifier,
        )
        self._clients.also = self._followed.note
        self._began.set()
        return self._followed

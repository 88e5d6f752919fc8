"""Holds what exists once for all clients: the history, the runs, what they share."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import anyio

from antiphon.app.clients import Clients
from antiphon.app.following import Following
from antiphon.app.observation import Observation
from antiphon.app.user_view import UserView
from antiphon.engine.run.active_runs import ActiveRuns
from antiphon.engine.sessions.retention import Retention
from antiphon.model.failure import AntiphonError
from antiphon.providers.registry.sharing import AccountNames, ProviderSharing

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from antiphon.engine.ports.clients import ChangeNotifier
    from antiphon.engine.ports.sessions import SessionStore
    from antiphon.engine.run.sharing import RunSharing
    from antiphon.history.store import SqlHistory
    from antiphon.settings.schema.schema import Settings
    from antiphon.shared_limits.redis_limits import RedisLimits

_log = logging.getLogger(__name__)

_SHARES_AGAIN_S: Final = 5.0


class Engine:
    """One engine for all clients. Its parts are for `ClientServices` and `ClientConnection`."""

    def __init__(
        self,
        history: SqlHistory,
        observation: Observation | None = None,
        redis_url: str | None = None,
    ) -> None:
        """Stores in `history`, and shares limits with other servers over the Redis at a URL."""
        self.observation = observation or Observation()
        """Measures and traces what runs here."""
        self.history = history = self.observation.watch_history(history)
        self.limits = None if redis_url is None else _share_limits(redis_url)
        self.started = time.monotonic()
        self.clients = Clients(history.library.readers)
        self.runs = ActiveRuns()
        self.following = Following(history, self.runs, self.clients)
        self.retention = Retention(self._libraries)
        self.provider_sharing = ProviderSharing(
            None if redis_url is None else AccountNames(unquote(urlsplit(redis_url).password or ""))
        )
        self._views: dict[str | None, UserView] = {}
        self._run_sharing: RunSharing | None = None
        self._making = threading.Lock()
        self.observation.watch_state(history, self.clients, self._count_waiting)

    def view(self, user: str | None) -> UserView:
        """Returns what `user` may see, the same for all of their clients."""
        if user not in self._views:
            self._views[user] = UserView(self.history, self.runs, self.clients, user)
        return self._views[user]

    async def _libraries(self) -> Sequence[tuple[SessionStore, ChangeNotifier]]:
        views = [self.view(each) for each in await self.history.owners()]
        return [(each.history.library, each.changed) for each in views]

    @property
    def run_sharing(self) -> RunSharing:
        """What the runs of all clients share, made at the first use."""
        with self._making:
            if self._run_sharing is None:
                from antiphon.engine.run.sharing import RunSharing  # noqa: PLC0415 - at first use

                observer = self.observation.observer
                self._run_sharing = RunSharing.create(
                    self.history, time.perf_counter, observer, self.limits
                )
            return self._run_sharing

    def _count_waiting(self) -> tuple[int, int]:
        shared = self._run_sharing
        return (0, 0) if shared is None else (shared.hosts.waiting, shared.write_queue.waiting)

    @property
    def services(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
        """Background work that runs for as long as the engine lives."""
        limits = [] if self.limits is None else [self.limits.run]
        return [
            self.history.database.watch,
            self._load_shares,
            self.retention.enforce,
            self.following.watch,
            *limits,
            *self.observation.services,
        ]

    async def _load_shares(self) -> None:
        """Reads who may read shared sessions, again if the database is away meanwhile."""
        while True:
            try:
                return await self.history.load_shares()
            except AntiphonError as problem:
                _log.warning("shared sessions are not known yet: %s", problem.failure.message)
                await anyio.sleep(_SHARES_AGAIN_S)

    def apply(self, settings: Settings) -> None:
        """Adopts the settings of the process: how long sessions are kept."""
        self.retention.days = settings.history.retention_days

    async def aclose(self) -> None:
        """Stores what is still to be stored, and closes the history."""
        if self._run_sharing is not None:
            await self._run_sharing.write_queue.flush()
        await self.history.aclose()
        await self.observation.aclose()


def _share_limits(redis_url: str) -> RedisLimits:
    from antiphon.shared_limits.redis_limits import RedisLimits  # noqa: PLC0415 - few share any

    return RedisLimits(redis_url)

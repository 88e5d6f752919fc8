"""Holds what exists once for all clients: the history, the runs, what they share."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.app.clients import Clients
from antiphon.app.following import Following
from antiphon.engine.run.active_runs import ActiveRuns
from antiphon.engine.sessions.retention import Retention
from antiphon.engine.sessions.shown_messages import ShownMessages
from antiphon.engine.virtual_documents import VirtualDocuments
from antiphon.providers.registry.sharing import ProviderSharing

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from antiphon.engine.code.apply import CodeApplier
    from antiphon.engine.run.sharing import RunSharing
    from antiphon.history.sqlite.store import SqliteHistory
    from antiphon.settings.schema.schema import Settings


class Engine:
    """One engine for all clients. Its parts are for `ClientServices` and `ClientConnection`."""

    def __init__(self, history: SqliteHistory) -> None:
        self.history = history
        self.started = time.monotonic()
        self.clients = Clients()
        self.runs = ActiveRuns()
        self.following = Following(history, self.runs, self.clients)
        self.shown = ShownMessages(history, self.runs)
        self.documents = VirtualDocuments(self.shown, self.code)
        self.retention = Retention(history.library, self.clients.changed)
        self.provider_sharing = ProviderSharing()
        self._code: CodeApplier | None = None
        self._run_sharing: RunSharing | None = None
        self._making = threading.Lock()

    async def code(self) -> CodeApplier:
        """Returns the code applier, imported in a thread at the first use."""
        if self._code is None:
            make = await anyio.to_thread.run_sync(_import_code)
            self._code = self._code or make(self.history, self.shown)
        return self._code

    @property
    def run_sharing(self) -> RunSharing:
        """What the runs of all clients share, made at the first use."""
        with self._making:
            if self._run_sharing is None:
                from antiphon.engine.run.sharing import RunSharing  # noqa: PLC0415 - at first use

                self._run_sharing = RunSharing.create(self.history, time.perf_counter)
            return self._run_sharing

    @property
    def services(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
        """Background work that runs for as long as the engine lives."""
        return [self.retention.enforce, self.following.watch]

    def apply(self, settings: Settings) -> None:
        """Adopts the settings of the process: how long sessions are kept."""
        self.retention.days = settings.history.retention_days

    async def aclose(self) -> None:
        """Stores what is still to be stored, and closes the history."""
        if self._run_sharing is not None:
            await self._run_sharing.write_queue.flush()
        await self.history.aclose()


def _import_code() -> type[CodeApplier]:
    from antiphon.engine.code.apply import CodeApplier  # noqa: PLC0415 - see `Engine.code`

    return CodeApplier

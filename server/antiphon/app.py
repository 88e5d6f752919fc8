"""The composition root: the one file that knows every part.

Everything is made here, for one client, and closed here.
"""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING, Any

import anyio

from antiphon import __version__
from antiphon.engine.broadcast import Broadcaster, BroadcastLimits
from antiphon.engine.documents import Documents
from antiphon.engine.retry import RetryLimits
from antiphon.engine.runs import Runs
from antiphon.engine.sessions import Sessions
from antiphon.engine.watchdog import TimeLimits
from antiphon.history import open_history
from antiphon.logs import configure_logging
from antiphon.lsp.client_keys import ask_for_key
from antiphon.lsp.commands import Commands, Services
from antiphon.lsp.configuration import Configuration
from antiphon.lsp.connection import Connection
from antiphon.lsp.dispatch import Dispatcher
from antiphon.lsp.language import LanguageHost
from antiphon.lsp.outline import Outliner
from antiphon.lsp.pane_files import PaneFiles
from antiphon.lsp.workspace_folders import WorkspaceFolders
from antiphon.model.commands import HealthResult, ModelsParams, ModelsResult
from antiphon.model.ids import new_id
from antiphon.providers.registry import Registry
from antiphon.settings.config_file import locate_config
from antiphon.settings.keys import key_from_client, look_up_key
from antiphon.settings.load import load_settings
from antiphon.settings.places import pane_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.history.store import SqliteHistory
    from antiphon.lsp.early import EarlyStart
    from antiphon.settings.keys import KeyLookup
    from antiphon.settings.load import LoadedSettings
    from antiphon.settings.schema import Settings

_log = logging.getLogger(__name__)


def serve(start: EarlyStart) -> int:
    """Serves the client that `initialize` was answered to; the process's exit code."""
    return anyio.run(_serve, start, backend="asyncio")


async def _serve(start: EarlyStart) -> int:
    loaded = _load(start.params.get("initializationOptions"), None)
    history = await open_history(loaded.settings.history.url, server_id=new_id())
    app = App(history, loaded, start.params)
    return await app.connection.run(start)


def _load(initialization_options: object, workspace: object) -> LoadedSettings:
    return load_settings(
        config_path=locate_config(os.environ),
        environ=os.environ,
        initialization_options=initialization_options,
        workspace=workspace,
    )


class App:
    """One server: its parts, wired to each other."""

    def __init__(
        self, history: SqliteHistory, loaded: LoadedSettings, initialize_params: dict[str, Any]
    ) -> None:
        self._started = time.monotonic()
        self._history = history
        self._options: object = initialize_params.get("initializationOptions")
        self._settings = loaded.settings
        self._problems: Sequence[str] = ()
        self._providers = Registry(
            loaded.settings,
            key_of=lambda row: look_up_key(row, os.environ),
            ask_client=self._key_of_client,
        )
        runs = Runs(self._providers)
        self._broadcaster = Broadcaster(
            history, self._providers, runs, time.perf_counter, changed=self._changed
        )
        documents = Documents(history, runs)
        language = LanguageHost(Outliner(documents).outline)
        dispatcher = Dispatcher()
        self.connection = Connection(dispatcher, language=language, on_close=self._close)
        services = Services(
            broadcaster=self._broadcaster,
            sessions=Sessions(history, runs, documents),
            documents=documents,
            clock=time.perf_counter,
            health=self._health,
            models=self._models,
        )
        folders = WorkspaceFolders(initialize_params)
        folders.register(dispatcher)
        files = PaneFiles(self.connection, documents, runs, pane_folder)
        self.connection.alongside(files.keep_current)
        Commands(services, language, folders, files).register(dispatcher)
        Configuration(self.connection, self._configure, self._warm_up).register(dispatcher)
        self._take(loaded)

    def _configure(self, workspace: object) -> Sequence[str]:
        """Takes in what the client's configuration says; what was wrong with it."""
        self._take(_load(self._options, workspace))
        return self._problems

    def _take(self, loaded: LoadedSettings) -> None:
        settings = loaded.settings
        problems = [str(problem) for problem in loaded.problems]
        log_problem = configure_logging(settings.log)
        self._problems = [*problems, *([log_problem] if log_problem else [])]
        for problem in self._problems:
            _log.warning("%s", problem)
        self._settings = settings
        self._providers.set_settings(settings)
        self._broadcaster.limits = _limits(settings)

    async def _key_of_client(self, provider: str, base_url: str | None) -> KeyLookup | None:
        key = await ask_for_key(self.connection, provider, base_url)
        return None if key is None else key_from_client(key)

    async def _warm_up(self) -> None:
        """Imports what the first answers will need, while the person is still typing."""
        for status in self._providers.statuses():
            if status.available:
                await self._providers.prepare(status.name)

    def _health(self) -> HealthResult:
        return HealthResult(
            version=__version__,
            uptime_ms=round((time.monotonic() - self._started) * 1000),
            providers=list(self._providers.statuses()),
            history=self._history.status(),
            problems=list(self._problems) or None,
        )

    async def _models(self, params: ModelsParams) -> ModelsResult:
        query = (params.query or "").casefold()
        found = await self._providers.models(refresh=bool(params.refresh))
        return ModelsResult(
            models=[model for model in found if query in model.id.casefold()],
            default=list(self._settings.models.default),
            lineups={name: list(ids) for name, ids in self._settings.models.lineups.items()},
        )

    def _changed(self, *changes: tuple[str, str]) -> None:
        params = {"changes": [{"type": kind, "id": key} for kind, key in changes]}
        self.connection.notify("antiphon/didChange", params)

    async def _close(self) -> None:
        await self._broadcaster.archive.settle()
        await self._history.aclose()
        await self._providers.aclose()


def _limits(settings: Settings) -> BroadcastLimits:
    timeouts, retry, limits = settings.timeouts, settings.retry, settings.limits
    return BroadcastLimits(
        max_prompt_bytes=limits.max_prompt_bytes,
        max_context_bytes=limits.max_context_bytes,
        max_panes=limits.max_panes_per_run,
        frame_s=settings.stream.flush_ms / 1000,
        time=TimeLimits(
            connect=timeouts.connect_ms / 1000,
            first_token=timeouts.first_token_ms / 1000,
            idle=timeouts.idle_ms / 1000,
            total=timeouts.total_ms / 1000,
        ),
        retry=RetryLimits(
            max_attempts=retry.max_attempts,
            base_delay_s=retry.base_delay_ms / 1000,
            max_delay_s=retry.max_delay_ms / 1000,
        ),
        default_models=settings.models.default,
    )

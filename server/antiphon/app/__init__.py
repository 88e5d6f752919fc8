"""The composition root: the one place that knows every part.

Everything is made here, for one client, and closed here.
"""

from __future__ import annotations

import logging
import os
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio

from antiphon import __version__
from antiphon.app.language import create_language_host
from antiphon.app.limits import limits_of
from antiphon.engine.budget.budgets import Budget
from antiphon.engine.budget.meter import Meter
from antiphon.engine.code.apply import CodeApplier
from antiphon.engine.comparison.compare import Comparer
from antiphon.engine.comparison.survey import ConsensusReporter
from antiphon.engine.log_context import current_log_context
from antiphon.engine.redaction import Redactor, format_exception_safely
from antiphon.engine.run.active_runs import ActiveRuns
from antiphon.engine.run.broadcast import Broadcaster
from antiphon.engine.sessions.retention import Retention
from antiphon.engine.sessions.search import Searcher
from antiphon.engine.sessions.sessions import SessionEditor, SessionReader
from antiphon.engine.sessions.shown_messages import ShownMessages
from antiphon.engine.transfer.digest import DigestService
from antiphon.engine.transfer.send import Transfers
from antiphon.engine.virtual_documents import VirtualDocuments
from antiphon.history import open_history
from antiphon.logs import LogRedaction, configure_logging, locate_log, report_crashes
from antiphon.lsp.client.configuration import Configuration
from antiphon.lsp.client.pane_files import PaneFiles
from antiphon.lsp.client.prompts import ask_for_key
from antiphon.lsp.commands.answers import comparison_commands, transfer_commands
from antiphon.lsp.commands.code import CodeCommands
from antiphon.lsp.commands.meter import meter_commands, show_warning
from antiphon.lsp.commands.registry import Commands, Services
from antiphon.lsp.commands.sessions import search_commands, session_commands
from antiphon.lsp.commands.settings import config_commands, key_commands
from antiphon.lsp.commands.streaming import StreamingCommands
from antiphon.lsp.rpc.connection import Connection
from antiphon.lsp.rpc.router import Dispatcher
from antiphon.model.commands.models import HealthResult, ModelsParams, ModelsResult
from antiphon.model.values.ids import new_id
from antiphon.model.values.model_info import split_model_id
from antiphon.providers.discovery.local_servers import LocalServers
from antiphon.providers.registry.registry import Registry
from antiphon.settings.keys.keyring import SystemKeyring
from antiphon.settings.keys.known_secrets import collect_secrets
from antiphon.settings.keys.lookup import KeyLookupChain
from antiphon.settings.keys.service import KeyService
from antiphon.settings.paths import pane_folder
from antiphon.settings.sources.config_file import locate_config
from antiphon.settings.sources.load import load_settings
from antiphon.settings.sources.origins_log import OriginsLog
from antiphon.settings.sources.report import build_config_report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.history.sqlite.store import SqliteHistory
    from antiphon.lsp.startup import Handshake
    from antiphon.model.commands.config import ConfigResult
    from antiphon.providers.config import Row
    from antiphon.settings.sources.load import LoadedSettings

_LIGHT_TYPES: Final = frozenset({"demo", "openai"})
"""Warmed up also where the settings name no model of theirs; a vendor's own package is not: that a
key is in the environment does not say that it will be used here."""
_log = logging.getLogger(__name__)


def serve(start: Handshake) -> int:
    """Serves the client that `initialize` was answered to; the process's exit code."""
    return anyio.run(_serve, start, backend="asyncio")


async def _serve(start: Handshake) -> int:
    loaded = _load(start.params.get("initializationOptions"), None)
    redactor = Redactor()
    redactor.learn(*collect_secrets(loaded.settings, os.environ))
    report_crashes()
    configure_logging(
        loaded.settings.log,
        LogRedaction(redactor.clean, format_exception_safely, current_log_context),
    )
    history = await open_history(loaded.settings.history.url, server_id=new_id())
    app = App(history, loaded, start.params, redactor)
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
        self,
        history: SqliteHistory,
        loaded: LoadedSettings,
        initialize_params: dict[str, Any],
        redactor: Redactor,
    ) -> None:
        self._started = time.monotonic()
        self._history = history
        self._options: object = initialize_params.get("initializationOptions")
        self._redactor = redactor
        self._loaded = loaded
        self._settings = loaded.settings
        self._problems: Sequence[str] = ()
        self._origins_log = OriginsLog()
        self._local_servers = LocalServers(time.monotonic)
        self._keys = KeyLookupChain(
            os.environ,
            SystemKeyring(os.environ),
            ask_client=self._key_of_client,
            learn=redactor.learn,
        )
        self._providers = Registry(
            loaded.settings,
            key_of=self._keys.look_up,
            seek_key=self._keys.seek,
            discover=self._discover,
        )
        keeper = KeyService(self._keys, os.environ, self._providers, self._key_changed)
        runs = ActiveRuns(self._providers)
        self._schedule = runs.schedule
        self._broadcaster = Broadcaster(
            history,
            self._providers,
            runs,
            time.perf_counter,
            changed=self._changed,
            redactor=redactor,
        )
        shown = ShownMessages(history, runs)
        applier = CodeApplier(history, shown)
        documents = VirtualDocuments(shown, applier)
        self._language, reader = create_language_host(
            initialize_params,
            history,
            shown=shown,
            documents=documents,
            runs=runs,
            code=applier,
        )
        dispatcher = Dispatcher()
        self._language.register(dispatcher)
        self.connection = Connection(dispatcher, on_close=self._close, clean=redactor.clean_json)
        self.connection.alongside(partial(self._language.run, initialize_params))
        self._broadcaster.budgets.tell = partial(show_warning, self.connection)
        files = PaneFiles(self.connection, shown, runs, pane_folder)
        self.connection.alongside(files.keep_current)
        library = history.library
        self._retention = Retention(library, self._changed)
        self.connection.alongside(self._retention.enforce)
        runner = StreamingCommands(reader, time.perf_counter)
        transfers = Transfers(history, shown, self._broadcaster, changed=self._changed)
        self._digests = DigestService(history, self._providers, shown, self._broadcaster)
        code = CodeCommands(applier, reader)
        services = Services(
            broadcaster=self._broadcaster,
            sessions=SessionReader(history, runs, shown),
            text=lambda uri: documents.text(uri, reader()),
            clock=time.perf_counter,
            health=self._health,
            models=self._models,
        )
        others = [
            code.commands(),
            key_commands(keeper),
            config_commands(self._config),
            meter_commands(Meter(history.ledger, self._broadcaster.budgets)),
            transfer_commands(runner, transfers, self._digests),
            session_commands(SessionEditor(history, library, runs, self._changed)),
            search_commands(Searcher(library), history.upkeep),
            comparison_commands(
                Comparer(history, shown), ConsensusReporter(history, shown), reader
            ),
        ]
        Commands(services, runner, files, *others).register(dispatcher)
        Configuration(self.connection, self._configure, self._warm_up).register(dispatcher)
        self._take(loaded)

    def _configure(self, workspace: object) -> Sequence[str]:
        """Takes in what the client's configuration says; what was wrong with it."""
        self._take(_load(self._options, workspace))
        return self._problems

    def _take(self, loaded: LoadedSettings) -> None:
        settings = loaded.settings
        self._redactor.learn(*collect_secrets(settings, os.environ))
        problems = [str(problem) for problem in loaded.problems]
        discretion = LogRedaction(
            self._redactor.clean, format_exception_safely, current_log_context
        )
        log_problem = configure_logging(settings.log, discretion)
        self._origins_log.log(loaded)
        told, self._problems = self._problems, [*problems, *([log_problem] if log_problem else [])]
        for problem in self._problems:
            if problem not in told:
                _log.warning("%s", problem)
        self._loaded, self._settings = loaded, settings
        discovery = settings.discovery
        self._local_servers.configure(
            discovery.ports,
            enabled=discovery.local_servers,
            timeout_s=discovery.timeout_ms / 1000,
        )
        self._providers.set_settings(settings)
        self._schedule.requests_per_minute = settings.limits.requests_per_minute
        self._broadcaster.limits = limits_of(settings)
        self._broadcaster.budgets.set_budgets(Budget(**dict(row)) for row in settings.budgets)
        self._broadcaster.guard.mode = settings.limits.secrets_in_prompts
        self._digests.model = settings.summarize.model
        self._retention.days = settings.history.retention_days

    async def _key_of_client(self, provider: str, base_url: str | None) -> str | None:
        return await ask_for_key(self.connection, provider, base_url)

    async def _discover(self, *, refresh: bool) -> Mapping[str, Row]:
        """Servers of this machine, and vendors whose key was stored."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._keys.find_vendors)
            group.start_soon(partial(self._local_servers.look, refresh=refresh))
        return {**self._local_servers.rows(), **self._keys.vendor_rows()}

    async def _key_changed(self, provider: str) -> None:
        await self._providers.key_changed(provider)
        self._changed(("models", provider))

    async def _warm_up(self) -> None:
        """Imports what the first answers will need, while the person is still typing."""
        models = self._settings.models
        named = {
            split_model_id(model_id)[0]
            for model_ids in (models.default, *models.lineups.values())
            for model_id in model_ids
        }
        rows = self._providers.configured_rows()
        for status in self._providers.statuses():
            light = rows[status.name].type in _LIGHT_TYPES
            if status.available and (light or status.name in named):
                await self._providers.prepare(status.name)
        await self.connection.idle()
        self._language.load_early()

    def _health(self) -> HealthResult:
        return HealthResult(
            version=__version__,
            uptime_ms=round((time.monotonic() - self._started) * 1000),
            providers=[
                self._redactor.clean_reason(status) for status in self._providers.statuses()
            ],
            history=self._history.status(),
            problems=list(self._problems) or None,
        )

    def _config(self) -> ConfigResult:
        log_file = locate_log(self._settings.log)
        return build_config_report(self._loaded, locate_config(os.environ), log_file)

    async def _models(self, params: ModelsParams) -> ModelsResult:
        found = await self._providers.models(
            refresh=bool(params.refresh), query=params.query or "", providers=params.providers
        )
        return ModelsResult(
            models=[
                self._redactor.clean_reason(model)
                for model in found
                if not self._redactor.holds(model.id)
            ],
            default=list(self._settings.models.default),
            lineups={name: list(ids) for name, ids in self._settings.models.lineups.items()},
            prices=self._providers.knowledge.source,
        )

    def _changed(self, *changes: tuple[str, str]) -> None:
        params = {"changes": [{"type": kind, "id": key} for kind, key in changes]}
        self.connection.notify("antiphon/didChange", params)

    async def _close(self) -> None:
        await self._broadcaster.archive.flush()
        await self._history.aclose()
        await self._providers.aclose()

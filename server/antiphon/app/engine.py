"""Holds what exists once: the history, the providers, the runs, and what works with them."""

from __future__ import annotations

import threading
import time
from functools import cached_property, partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from antiphon import __version__
from antiphon.app.clients import Clients
from antiphon.app.model_choices import to_lineups, to_presets
from antiphon.engine.planning.presets import Presets
from antiphon.engine.run.active_runs import ActiveRuns
from antiphon.engine.sessions.retention import Retention
from antiphon.engine.sessions.shown_messages import ShownMessages
from antiphon.engine.status.health import Health
from antiphon.engine.status.model_list import ModelList
from antiphon.engine.virtual_documents import VirtualDocuments
from antiphon.providers.discovery.local_servers import LocalServers
from antiphon.providers.registry.registry import Registry
from antiphon.providers.registry.warm_up import warm_up
from antiphon.settings.keys.keyring import SystemKeyring
from antiphon.settings.keys.lookup import KeyLookupChain

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from typing import Any

    from antiphon.engine.budget.meter import Meter
    from antiphon.engine.code.apply import CodeApplier
    from antiphon.engine.comparison.compare import Comparer
    from antiphon.engine.comparison.survey import ConsensusReporter
    from antiphon.engine.prompts.service.read import PromptReader
    from antiphon.engine.prompts.service.run import PromptRunner
    from antiphon.engine.redaction import Redactor
    from antiphon.engine.run.broadcast import Broadcaster
    from antiphon.engine.run.run_service import RunService
    from antiphon.engine.run.settings import RunSettings
    from antiphon.engine.sessions.search import Searcher
    from antiphon.engine.sessions.sessions import SessionEditor, SessionReader
    from antiphon.engine.transfer.digest import DigestService
    from antiphon.engine.transfer.send import Transfers
    from antiphon.history.sqlite.store import SqliteHistory
    from antiphon.model.provider_config import ProviderConfig
    from antiphon.settings.keys.service import KeyService
    from antiphon.settings.schema.schema import Settings


class Engine:
    """One engine, whoever its clients are. Its parts are for `ClientConnection` to call."""

    def __init__(
        self,
        history: SqliteHistory,
        settings: Settings,
        redactor: Redactor,
        environ: Mapping[str, str],
    ) -> None:
        self.history = history
        self.redactor = redactor
        self._environ = environ
        self._code: CodeApplier | None = None
        self._run_service: RunService | None = None
        self._making = threading.Lock()
        self.clients = Clients()
        self._make_providers(settings, environ)
        self._make_services()
        self.apply(settings)

    def _make_providers(self, settings: Settings, environ: Mapping[str, str]) -> None:
        self._local_servers = LocalServers(time.monotonic)
        self._key_chain = KeyLookupChain(
            environ,
            SystemKeyring(environ),
            ask_client=self.clients.key,
            learn=self.redactor.learn,
        )
        self.providers = Registry(
            settings,
            key_of=self._key_chain.look_up,
            seek_key=self._key_chain.seek,
            discover=self._discover,
        )

    def _make_services(self) -> None:
        history = self.history
        self.runs = ActiveRuns()
        self.shown = ShownMessages(history, self.runs)
        self.documents = VirtualDocuments(self.shown, self.code)
        self.retention = Retention(history.library, self.clients.changed)
        self.models = ModelList(self.providers, self.redactor)
        self.health = Health(__version__, history, self.providers, self.redactor, time.monotonic)

    async def code(self) -> CodeApplier:
        """Returns the code applier, imported in a thread at the first use."""
        if self._code is None:
            make = await anyio.to_thread.run_sync(_import_code)
            self._code = self._code or make(self.history, self.shown)
        return self._code

    @property
    def run_service(self) -> RunService:
        """Carries out runs. Made at the first use, which may be in a thread."""
        if self._run_service is not None:
            return self._run_service
        from antiphon.app.run_settings import run_settings  # noqa: PLC0415 - at the first use
        from antiphon.engine.run.run_service import RunService  # noqa: PLC0415 - likewise

        with self._making:
            if self._run_service is None:
                service = RunService(
                    self.history,
                    self.providers,
                    self.runs,
                    time.perf_counter,
                    changed=self.clients.changed,
                    redactor=self.redactor,
                )
                service.budgets.notify = self.clients.warn
                service.apply(run_settings(self._settings))
                self._run_service = service
            return self._run_service

    @cached_property
    def broadcaster(self) -> Broadcaster:
        """Plans broadcasts, and estimates what they would cost."""
        from antiphon.engine.run.broadcast import Broadcaster  # noqa: PLC0415 - at the first use

        return Broadcaster(self.history, self.providers, self.runs, self.run_service)

    @cached_property
    def prompts(self) -> PromptReader:
        """Reads prompt files, and checks them."""
        from antiphon.engine.prompts.checks.catalog_check import CatalogCheck  # noqa: PLC0415 - likewise
        from antiphon.engine.prompts.service.read import PromptReader  # noqa: PLC0415 - likewise

        models = self.models
        check = CatalogCheck(
            self.providers,
            lambda: models.lineups,
            lambda: models.default,
            presets=lambda: {name: preset.model for name, preset in models.presets.items()},
        )
        return PromptReader(check)

    @cached_property
    def prompt_runner(self) -> PromptRunner:
        """Runs prompt files."""
        from antiphon.engine.prompts.service.run import PromptRunner  # noqa: PLC0415 - likewise

        return PromptRunner(self.broadcaster, self.history, self.prompts.check)

    @cached_property
    def keys(self) -> KeyService:
        """Stores, reports and deletes keys."""
        from antiphon.settings.keys.service import KeyService  # noqa: PLC0415 - at the first use

        return KeyService(self._key_chain, self._environ, self.providers, self._key_changed)

    @cached_property
    def sessions(self) -> SessionReader:
        """Lists and opens sessions."""
        from antiphon.engine.sessions.sessions import SessionReader  # noqa: PLC0415 - likewise

        return SessionReader(self.history, self.runs, self.shown)

    @cached_property
    def session_editor(self) -> SessionEditor:
        """Changes and copies sessions."""
        from antiphon.engine.sessions.sessions import SessionEditor  # noqa: PLC0415 - likewise

        return SessionEditor(self.history, self.history.library, self.runs, self.clients.changed)

    @cached_property
    def searcher(self) -> Searcher:
        """Searches the history."""
        from antiphon.engine.sessions.search import Searcher  # noqa: PLC0415 - likewise

        return Searcher(self.history.library)

    @cached_property
    def transfers(self) -> Transfers:
        """Sends passages on to other panes."""
        from antiphon.engine.transfer.send import Transfers  # noqa: PLC0415 - likewise

        changed = self.clients.changed
        return Transfers(self.history, self.shown, self.run_service, changed=changed)

    @cached_property
    def digests(self) -> DigestService:
        """Summarizes answers, and merges them."""
        from antiphon.engine.transfer.digest import DigestService  # noqa: PLC0415 - likewise

        return DigestService(
            self.history,
            self.providers,
            self.shown,
            self.run_service,
            default_model=self.digest_model,
        )

    @cached_property
    def comparer(self) -> Comparer:
        """Compares two answers."""
        from antiphon.engine.comparison.compare import Comparer  # noqa: PLC0415 - likewise

        return Comparer(self.history, self.shown)

    @cached_property
    def consensus(self) -> ConsensusReporter:
        """Finds what answers agree on."""
        from antiphon.engine.comparison.survey import ConsensusReporter  # noqa: PLC0415 - likewise

        return ConsensusReporter(self.history, self.shown)

    @cached_property
    def meter(self) -> Meter:
        """Sums what answers cost."""
        from antiphon.engine.budget.meter import Meter  # noqa: PLC0415 - likewise

        return Meter(self.history.ledger, self.run_service.budgets)

    def run_settings(self) -> RunSettings:
        """Returns what the settings mean to runs."""
        from antiphon.app.run_settings import run_settings  # noqa: PLC0415 - at the first use

        return run_settings(self._settings)

    def digest_model(self) -> str | None:
        """Returns the setting `summarize.model`."""
        return self._settings.summarize.model

    @property
    def services(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
        """Background work that runs for as long as the engine lives."""
        return [self.retention.enforce]

    def apply(self, settings: Settings) -> None:
        """Adopts changed settings, while running requests keep the old ones."""
        discovery = settings.discovery
        self._local_servers.configure(
            discovery.ports,
            enabled=discovery.local_servers,
            timeout_s=discovery.timeout_ms / 1000,
        )
        self.providers.set_settings(settings)
        self.retention.days = settings.history.retention_days
        self.models.default = settings.models.default
        self.models.lineups = to_lineups(settings.models)
        self.models.presets = to_presets(settings.models)
        self._forget_model_lists()
        with self._making:
            self._settings = settings
            if self._run_service is not None:
                from antiphon.app.run_settings import run_settings  # noqa: PLC0415 - loaded by now

                self._run_service.apply(run_settings(settings))

    def _forget_model_lists(self) -> None:
        """Makes prompt files be checked against new lists, if any was checked before."""
        if "prompts" in self.__dict__:
            self.prompts.check.forget()

    async def warm_up(self) -> None:
        """Imports what the first answers will need."""
        named = [
            *self.models.default,
            *(each for entries in self.models.lineups.values() for each in entries),
        ]
        presets = Presets(self.models.presets)
        await warm_up(self.providers, [presets.to_model_id(each) for each in named])

    async def _discover(self, *, refresh: bool) -> Mapping[str, ProviderConfig]:
        """Finds servers of this machine, and vendors whose key was stored."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._key_chain.find_vendors)
            group.start_soon(partial(self._local_servers.search, refresh=refresh))
        return {**self._local_servers.rows(), **self._key_chain.vendor_rows()}

    async def _key_changed(self, provider: str) -> None:
        await self.providers.key_changed(provider)
        self._forget_model_lists()
        self.clients.changed(("models", provider))

    async def aclose(self) -> None:
        """Stores what is still to be stored, and closes every connection."""
        if self._run_service is not None:
            await self._run_service.write_queue.flush()
        await self.history.aclose()
        await self.providers.aclose()


def _import_code() -> type[CodeApplier]:
    from antiphon.engine.code.apply import CodeApplier  # noqa: PLC0415 - see `Engine.code`

    return CodeApplier

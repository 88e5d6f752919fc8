"""Holds what one client's settings and keys decide: its providers, its runs, its models.

Nothing here is another client's: two clients with different keys for one vendor each use their
own. What all of them share is the engine's.
"""

from __future__ import annotations

import threading
import time
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import anyio

from antiphon import __version__
from antiphon.app.model_choices import to_lineups, to_presets
from antiphon.engine.planning.pane_selection import Presets
from antiphon.engine.run.active_runs import RunningClient
from antiphon.engine.status.health import Health
from antiphon.engine.status.model_list import ModelList
from antiphon.providers.discovery.local_servers import LocalServers
from antiphon.providers.registry.registry import Registry
from antiphon.providers.registry.warm_up import warm_up
from antiphon.settings.keys.keyring import SystemKeyring
from antiphon.settings.keys.lookup import KeyLookupChain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.app.clients import Client
    from antiphon.app.engine import Engine
    from antiphon.app.settings import CurrentSettings
    from antiphon.engine.budget.meter import Meter
    from antiphon.engine.comparison.compare import Comparer
    from antiphon.engine.comparison.survey import ConsensusReporter
    from antiphon.engine.prompts.service.read import PromptReader
    from antiphon.engine.prompts.service.run import PromptRunner
    from antiphon.engine.run.broadcast import Broadcaster
    from antiphon.engine.run.run_service import RunService
    from antiphon.engine.run.settings import RunSettings
    from antiphon.engine.run.sharing import RunSharing
    from antiphon.engine.sessions.search import Searcher
    from antiphon.engine.sessions.sessions import SessionEditor, SessionReader
    from antiphon.engine.transfer.digest import DigestService
    from antiphon.engine.transfer.send import Transfers
    from antiphon.model.provider_config import ProviderConfig
    from antiphon.settings.keys.service import KeyService
    from antiphon.settings.schema.schema import Settings


_NOT_THEIRS: Final = "The server's keyring is for the user of its machine alone"


class ClientServices:
    """What works for one client of `engine`, by the `current` settings of that client."""

    def __init__(self, engine: Engine, current: CurrentSettings, client: Client) -> None:
        self.engine = engine
        self.view = engine.view(current.user)
        self.history = self.view.history
        self.redactor = current.redactor
        self.token = RunningClient(current.user)
        """Marks what belongs to this client in what all clients share."""
        self.current = current
        self._client = client
        self._environ = current.environ
        self._keyring = SystemKeyring(
            self._environ, absent=None if current.user is None else _NOT_THEIRS
        )
        self._run_service: RunService | None = None
        self._making = threading.Lock()
        self._make_providers(current.settings)
        self.models = ModelList(self.providers, self.redactor)
        self.health = Health(
            __version__,
            self.history,
            self.providers,
            self.redactor,
            time.monotonic,
            started=engine.started,
            limits=engine.limits,
        )
        self.apply(current.settings)

    def _make_providers(self, settings: Settings) -> None:
        self._local_servers = LocalServers(time.monotonic)
        self._key_chain = KeyLookupChain(
            self._environ,
            self._keyring,
            ask_client=self._client.key,
            learn=self.redactor.learn,
        )
        self.providers = Registry(
            settings,
            key_of=self._key_chain.look_up,
            seek_key=self._key_chain.seek,
            discover=self._discover,
            shared=self.engine.provider_sharing,
        )

    @property
    def run_service(self) -> RunService:
        """Carries out runs. Made at the first use, which may be in a thread."""
        if self._run_service is not None:
            return self._run_service
        with self._making:
            if self._run_service is None:
                service = self.make_run_service(self.providers, self.engine.run_sharing)
                service.budgets.notify = self._client.warn
                self._run_service = service
            return self._run_service

    def make_run_service(self, providers: Registry, shared: RunSharing | None = None) -> RunService:
        """Returns a service that runs this client's requests at `providers`."""
        from antiphon.engine.run.run_service import RunService  # noqa: PLC0415 - at the first use

        engine = self.engine
        service = RunService(
            self.history,
            providers,
            engine.runs,
            time.perf_counter,
            changed=self.view.changed,
            redactor=self.redactor,
            shared=shared,
            client=self.token,
        )
        service.apply(self.run_settings())
        return service

    @cached_property
    def broadcaster(self) -> Broadcaster:
        """Plans broadcasts, and estimates what they would cost."""
        from antiphon.engine.run.broadcast import Broadcaster  # noqa: PLC0415 - at the first use

        return Broadcaster(self.history, self.providers, self.engine.runs, self.run_service)

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

        return SessionReader(self.history, self.engine.runs, self.view.shown)

    @cached_property
    def session_editor(self) -> SessionEditor:
        """Changes and copies sessions."""
        from antiphon.engine.sessions.sessions import SessionEditor  # noqa: PLC0415 - likewise

        return SessionEditor(
            self.history,
            self.history.library,
            self.engine.runs,
            self.view.changed,
            self.engine.following.unshared,
        )

    @cached_property
    def searcher(self) -> Searcher:
        """Searches the history."""
        from antiphon.engine.sessions.search import Searcher  # noqa: PLC0415 - likewise

        return Searcher(self.history.library)

    @cached_property
    def transfers(self) -> Transfers:
        """Sends passages on to other panes."""
        from antiphon.engine.transfer.send import Transfers  # noqa: PLC0415 - likewise

        view = self.view
        return Transfers(self.history, view.shown, self.run_service, changed=view.changed)

    @cached_property
    def digests(self) -> DigestService:
        """Summarizes answers, and merges them."""
        from antiphon.engine.transfer.digest import DigestService  # noqa: PLC0415 - likewise

        return DigestService(
            self.history,
            self.providers,
            self.view.shown,
            self.run_service,
            default_model=self.digest_model,
        )

    @cached_property
    def comparer(self) -> Comparer:
        """Compares two answers."""
        from antiphon.engine.comparison.compare import Comparer  # noqa: PLC0415 - likewise

        return Comparer(self.history, self.view.shown)

    @cached_property
    def consensus(self) -> ConsensusReporter:
        """Finds what answers agree on."""
        from antiphon.engine.comparison.survey import ConsensusReporter  # noqa: PLC0415 - likewise

        return ConsensusReporter(self.history, self.view.shown)

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

    def apply(self, settings: Settings) -> None:
        """Adopts changed settings, while running requests keep the old ones."""
        discovery = settings.discovery
        self._local_servers.configure(
            discovery.ports,
            enabled=discovery.local_servers,
            timeout_s=discovery.timeout_ms / 1000,
        )
        self.providers.set_settings(settings)
        self.models.default = settings.models.default
        self.models.lineups = to_lineups(settings.models)
        self.models.presets = to_presets(settings.models)
        self._forget_model_lists()
        with self._making:
            self._settings = settings
            if self._run_service is not None:
                self._run_service.apply(self.run_settings())

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
        self._client.changed(("models", provider))

    async def aclose(self) -> None:
        """Closes the client's own connections to providers, and forgets its secrets."""
        await self.providers.aclose()
        self.redactor.close()

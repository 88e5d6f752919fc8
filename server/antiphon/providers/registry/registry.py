"""Implements `antiphon.engine.ports.Providers` with the configured providers.

Nothing is imported or connected before a provider is used. An unusable one is listed with a reason.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import anyio.to_thread

from antiphon.engine.ports import Host, Providers
from antiphon.model.closest_names import closest_models
from antiphon.model.values.ids import split_model_id
from antiphon.model.values.model_info import ModelInfo, ProviderStatus
from antiphon.providers.adapter import SlowToStart
from antiphon.providers.discovery.discovered_provider import DiscoveredProvider
from antiphon.providers.models.cards import card
from antiphon.providers.registry.adapter_types import ADAPTERS, import_without_collecting
from antiphon.providers.registry.circuit_breaker import CircuitBreaker, NotAskedError
from antiphon.providers.registry.entries import ProviderEntries
from antiphon.providers.registry.listed_models import ListedModels
from antiphon.providers.registry.loaded_models import LoadedModels
from antiphon.providers.registry.model_lists import Listings
from antiphon.providers.registry.provider_entry import not_configured
from antiphon.providers.registry.shared_hosts import host_of, key_is_account_wide, route_of
from antiphon.providers.registry.sharing import ProviderSharing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from antiphon.engine.ports import ChatTurn, Clock, Price, Provider
    from antiphon.engine.ports.deltas import ProviderError
    from antiphon.model.commands.models import PriceSource
    from antiphon.model.provider_config import ProviderConfig
    from antiphon.providers.adapter import Adapter
    from antiphon.providers.registry.provider_entry import ProviderEntry
    from antiphon.providers.registry.sources import Discover, KeySource, ProviderRows, SeekKey


class Registry(Providers):
    """All providers of a `ProviderRows`, documented at the port.

    `key_of` finds the key of a provider, and is called whenever the settings may have changed.
    `seek_key` is called for a needed key that it does not find. `discover` finds more providers.
    """

    def __init__(
        self,
        settings: ProviderRows,
        *,
        key_of: KeySource,
        seek_key: SeekKey | None = None,
        discover: Discover | None = None,
        clock: Clock = time.monotonic,
        shared: ProviderSharing | None = None,
    ) -> None:
        shared = shared or ProviderSharing()
        self._cooldowns = CircuitBreaker(clock, self.fingerprint)
        self._listings = Listings(clock)
        self._facts = shared.facts
        self._loaded = LoadedModels(clock)
        self._preparing = anyio.Lock()
        self._prepared: set[tuple[str, str | None]] = set()
        self._entries = ProviderEntries(key_of, seek_key, discover, self._forget, shared)
        self._listed = ListedModels(
            self._entries, self._listings, self._cooldowns, self._facts, self._reason
        )
        self.set_settings(settings)

    def set_settings(self, settings: ProviderRows) -> None:
        """Applies changed settings. A provider with the same config and key is kept.

        The connections of a provider that was changed or removed are kept until `aclose`, since
        answers may still be streaming over them.
        """
        self._entries.configure(settings.providers)

    async def discover(self, *, refresh: bool = False) -> None:
        """Searches for providers that are not configured, unless it was done just before."""
        await self._entries.discover(refresh=refresh)

    async def key_changed(self, name: str) -> None:
        """Applies a key that was set or deleted, and forgets the old one's failures."""
        self._forget(name)
        await self.discover()
        self._entries.renew()

    def configured_rows(self) -> Mapping[str, ProviderConfig]:
        """Returns the configs by name, also of discovered providers."""
        return {name: entry.row for name, entry in self._entries.items()}

    def found_here(self, name: str) -> bool:
        """Checks whether the provider is a discovered server of this machine."""
        entry = self._entries.get(name)
        return entry is not None and isinstance(entry.row, DiscoveredProvider)

    def names(self) -> Sequence[str]:
        return tuple(self._entries)

    def provider(self, name: str) -> Provider:
        """Returns the provider of that name, which is made on first use.

        Raises `NotAskedError`, a `ProviderError`, with a hint what to set if it cannot be used.
        """
        if (entry := self._entries.get(name)) is None:
            raise NotAskedError(not_configured(name))
        return entry.provider()

    async def prepare(self, name: str) -> None:
        """Loads once what its streams need: a key of the editor, imports in a thread."""
        if (entry := self._entries.get(name)) is None:
            return
        await self._entries.seek_key(entry)
        if entry.problem() is not None:
            return
        needs = entry.row.type, entry.row.base_url
        if needs in self._prepared:
            return
        async with self._preparing:
            if needs not in self._prepared:
                prepare = ADAPTERS[entry.row.type].prepare
                await anyio.to_thread.run_sync(
                    import_without_collecting,
                    prepare,
                    entry.row,
                    abandon_on_cancel=True,  # a stopped pane must not wait for an import
                )
                await self._facts.load_for(entry.name, entry.row)
                self._prepared.add(needs)

    async def ready(self, name: str) -> None:
        """Starts the worker process of the provider's streams, if it has one."""
        entry = self._entries.get(name)
        if entry is None or entry.problem() is not None or entry.is_replayed:
            return
        adapter = entry.open()
        if isinstance(adapter, SlowToStart):
            await adapter.ready()

    def host(self, name: str) -> Host:
        """Returns the host of its requests, with one slot if it is not configured."""
        entry = self._entries.get(name)
        return Host(name, 1) if entry is None else host_of(entry, self._entries)

    async def loaded_models(self, name: str) -> Collection[str] | None:
        entry = self._entries.get(name)
        return None if entry is None else await self._loaded.of(name, entry.adapter)

    def is_unproven(self, name: str) -> bool:
        return bool(self.fingerprint(name)) and not self._cooldowns.is_proven(name)

    def fingerprint(self, name: str) -> str:
        return self._entries.fingerprint(name)

    def accepted(self, name: str, *, key: str | None = None) -> None:
        self._cooldowns.accepted(name, key=key)

    def statuses(self) -> Sequence[ProviderStatus]:
        return [
            ProviderStatus(
                name=name,
                available=(reason := self._reason(entry)) is None,
                reason=reason,
                found=self.found_here(name) or None,
                route=route_of(entry.row),
            )
            for name, entry in self._entries.items()
        ]

    async def models(
        self, *, refresh: bool = False, query: str = "", providers: Collection[str] | None = None
    ) -> Sequence[ModelInfo]:
        """Returns the models of `providers` whose id contains `query`, the available first.

        Upper and lower case are the same. Of the providers, by default all, those whose list is
        missing or old are asked for it, with `refresh` all of them: at once, for five seconds at
        most. The models of one that cannot be reached have that as their reason.
        """
        await self._list_due(providers, refresh=refresh)
        return await self._listed.cards(providers, query)

    async def ids(
        self, *, refresh: bool = False, providers: Collection[str] | None = None
    ) -> Sequence[str]:
        """Returns the ids of the models that can be asked now."""
        await self._list_due(providers, refresh=refresh)
        return self._listed.ids(providers)

    def model_info(self, model_id: str) -> ModelInfo:
        """Returns the card of one model, almost empty if its provider does not list it."""
        provider, name = split_model_id(model_id)
        entry = self._entries.get(provider)
        if entry is None:
            return card(provider, name, reason=not_configured(provider).message)
        withheld = self._cooldowns.look(model_id)
        reason = self._reason(entry) or (withheld.failure.message if withheld else None)
        listed = self._listings.models(provider)
        return self._facts.card(provider, entry.row, name, reason=reason, listed=listed)

    def price(self, model_id: str) -> Price | None:
        """Returns the model's price by the settings, a list or the price table."""
        provider, name = split_model_id(model_id)
        entry = self._entries.get(provider)
        if entry is None or not entry.lists_prices:
            return entry and self._facts.price(provider, entry.row, name)
        return self._facts.price(provider, entry.row, name, self._listings.models(provider))

    @property
    def price_source(self) -> PriceSource | None:
        return self._facts.source

    async def count_tokens(
        self, model_id: str, turns: Sequence[ChatTurn], *, patient: bool
    ) -> int | None:
        provider, name = split_model_id(model_id)
        if (entry := self._entries.get(provider)) is None:
            return None
        if entry.lists_prices:
            await self._entries.seek_key(entry)
            await self._list(entry)
        return await self._facts.count_tokens(provider, entry.row, name, turns, patient=patient)

    def cooldown(self, model_id: str) -> ProviderError | None:
        """Returns why this model must not be asked now. Call it right before each request.

        After a provider's pause the first caller may send a request as a trial, and the others
        wait for its result.
        """
        return self._cooldowns.admit(model_id) if self._remembers(model_id) else None

    def report(
        self, model_id: str, problem: ProviderError | None, *, key: str | None = None
    ) -> None:
        """Records how a request ended for `cooldown`, with `None` for one that worked."""
        if self._remembers(model_id):
            name = split_model_id(model_id)[0]
            one_key = key_is_account_wide(self._entries[name].row)
            self._cooldowns.report(model_id, problem, one_key=one_key, key=key)
            if problem is None and key in {None, self.fingerprint(name)}:
                self._listings.excuse(name)

    def nearest_models(self, model_id: str, limit: int = 3) -> list[str]:
        """Returns the known ids most similar to `model_id`, without a request."""
        return closest_models(model_id, self._listed.known_ids(self._entries.values()), limit)

    async def siblings(self, model_id: str, limit: int = 3) -> list[str]:
        """Returns the ids most similar to `model_id` that its own provider lists.

        A provider whose list is missing or old is asked for it, for five seconds at most.
        """
        provider = split_model_id(model_id)[0]
        if (entry := self._entries.get(provider)) is not None:
            await self._list(entry)
        return closest_models(model_id, self._listed.known_ids([entry] if entry else []), limit)

    async def aclose(self) -> None:
        """Closes every connection, also those of former settings."""
        for adapter in self._entries.adapters():
            await adapter.aclose()

    def _forget(self, name: str) -> None:
        self._cooldowns.forget(name)
        self._listings.forget(name)

    async def _list(self, entry: ProviderEntry) -> None:
        if entry.has_list and self._listings.is_due(entry.name):
            with contextlib.suppress(NotAskedError):  # it is the models' reason then
                await self._listings.ask({entry.name: entry.open()})

    async def _list_due(self, providers: Collection[str] | None, *, refresh: bool) -> None:
        """Requests the lists of `providers` that are due, with `refresh` all of them."""
        await self.discover(refresh=refresh)
        meant = self._entries.of(providers)
        for entry in meant:
            await self._entries.seek_key(entry)
        for name in (asked := dict(self._due(meant, refresh=refresh))):
            await self.prepare(name)
        keys = {name: self.fingerprint(name) for name in asked}
        await self._listings.ask(asked)
        for name in asked:
            if refresh and self._listings.reason(name) is None:
                self._cooldowns.pardon(name, key=keys[name])

    def _due(self, of: Iterable[ProviderEntry], *, refresh: bool) -> Iterator[tuple[str, Adapter]]:
        for entry in of:
            if entry.has_list and (refresh or self._listings.is_due(entry.name)):
                with contextlib.suppress(NotAskedError):  # it is the models' reason then
                    yield entry.name, entry.open()

    def _reason(self, entry: ProviderEntry) -> str | None:
        if (problem := entry.problem()) is not None:
            return problem.message.removesuffix(".")
        return self._cooldowns.provider_reason(entry.name) or self._listings.reason(entry.name)

    def _remembers(self, model_id: str) -> bool:
        entry = self._entries.get(split_model_id(model_id)[0])
        return entry is not None and entry.faults_are_real

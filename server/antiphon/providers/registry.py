"""The configured providers: `antiphon.engine.ports.Providers`, made of rows of settings.

Nothing is imported or connected before a provider is used. What cannot be used stays in the list
with its reason, for a person learns more from "OPENAI_API_KEY is not set" than from a gap.
"""

from __future__ import annotations

import contextlib
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread

from antiphon.engine.ports import Price
from antiphon.model.model_info import ModelInfo, ProviderStatus, split_model_id
from antiphon.providers.adapters import ADAPTERS, default_concurrency, import_without_collecting
from antiphon.providers.catalog import answers_chats, card, nearest
from antiphon.providers.configured import Configured, not_configured
from antiphon.providers.cooldown import Cooldowns, NotAskedError
from antiphon.providers.demo_cards import demo_card, demo_names
from antiphon.providers.listing import Listings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.engine.deltas import ProviderError
    from antiphon.engine.ports import Clock, Provider
    from antiphon.providers.adapters import Adapter, ListedModel
    from antiphon.providers.rows import AskClient, KeySource, ProviderRows

_FREE: Final = Price(Decimal(0), Decimal(0))


class Registry:
    """All providers of a `ProviderRows`, with what is known of their models and of their health.

    `key_of` finds the key of a row; it is asked once a row and again with each `set_settings`.
    `ask_client` is asked for what it does not find, when the key is needed.
    """

    def __init__(
        self,
        settings: ProviderRows,
        *,
        key_of: KeySource,
        ask_client: AskClient | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._key_of = key_of
        self._ask_client = ask_client
        self._cooldowns = Cooldowns(clock)
        self._listings = Listings(clock)
        self._preparing = anyio.Lock()
        self._prepared: set[tuple[str, str | None]] = set()
        self._retired: list[Adapter] = []
        self._entries: dict[str, Configured] = {}
        self.set_settings(settings)

    def set_settings(self, settings: ProviderRows) -> None:
        """Takes in changed settings; a provider whose row and key are as before keeps everything.

        The connections of a provider that is changed or gone live until `aclose`, since answers
        may still be streaming over them.
        """
        before = self._entries
        self._entries = {}
        for name, row in settings.providers.items():
            entry = Configured(name, row, self._key_of(row))
            known = before.get(name)
            self._entries[name] = before.pop(name) if known == entry else entry
        for name, entry in before.items():
            self._cooldowns.forget(name)
            self._listings.forget(name)
            if entry.adapter is not None:
                self._retired.append(entry.adapter)

    def names(self) -> Sequence[str]:
        """The names of all configured providers."""
        return tuple(self._entries)

    def provider(self, name: str) -> Provider:
        """The provider of that name, made on first use.

        Raises `NotAskedError`, a `ProviderError`, where it cannot be used, saying what to set.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise NotAskedError(not_configured(name))
        return entry.open()

    async def prepare(self, name: str) -> None:
        """Gets what the provider's streams need: a key that the editor keeps, and imports.

        Imports run in a thread. Does nothing a second time.
        """
        entry = self._entries.get(name)
        if entry is None:
            return
        await self._ask_for_key(entry)
        if entry.problem() is not None:
            return
        needs = entry.row.type, entry.row.base_url
        if needs in self._prepared:
            return
        async with self._preparing:
            if needs not in self._prepared:
                prepare = ADAPTERS[entry.row.type].prepare
                await anyio.to_thread.run_sync(import_without_collecting, prepare, entry.row)
                self._prepared.add(needs)

    def max_concurrency(self, name: str) -> int:
        """How many of its streams may run at once; 1 for a provider that is not configured."""
        entry = self._entries.get(name)
        if entry is None:
            return 1
        return entry.row.max_concurrency or default_concurrency(entry.row)

    def statuses(self) -> Sequence[ProviderStatus]:
        """Whether each provider can be used, and why not."""
        reasons = {name: self._reason(entry) for name, entry in self._entries.items()}
        return [
            ProviderStatus(name=name, available=reason is None, reason=reason)
            for name, reason in reasons.items()
        ]

    async def models(self, *, refresh: bool = False) -> Sequence[ModelInfo]:
        """Every model that is known, available ones first.

        Providers whose list is unknown or old are asked for it, with `refresh` all of them: at the
        same time, for five seconds at most. A provider that cannot be reached says so as the
        reason on its models.
        """
        for entry in list(self._entries.values()):
            await self._ask_for_key(entry)
        asked = dict(self._to_be_asked(refresh=refresh))
        for name in asked:
            await self.prepare(name)
        await self._listings.ask(asked)
        for name in asked:
            if refresh and self._reason_of_list(name) is None:
                self._cooldowns.forget(name)
        infos = [self.model_info(model_id) for model_id in self._known_ids()]
        return sorted(infos, key=lambda info: not info.available)

    def model_info(self, model_id: str) -> ModelInfo:
        """The card of one model; a bare one for a model that its provider does not list."""
        provider, name = split_model_id(model_id)
        entry = self._entries.get(provider)
        if entry is None:
            return card(provider, name, reason=not_configured(provider).message)
        if entry.row.type == "demo":
            return demo_card(provider, name)
        withheld = self._cooldowns.look(model_id)
        reason = self._reason(entry) or (withheld.failure.message if withheld else None)
        listed = next((model for model in self._listed(provider) if model.id == name), None)
        return card(provider, name, reason=reason, price=self.price(model_id), listed=listed)

    def price(self, model_id: str) -> Price | None:
        """The model's price by the settings; the demo's is zero, all others are unknown."""
        provider, name = split_model_id(model_id)
        entry = self._entries.get(provider)
        if entry is None:
            return None
        if entry.row.type == "demo":
            return _FREE
        row = entry.row.prices.get(name)
        if row is None or row.input is None or row.output is None:
            return None
        return Price(row.input, row.output, row.cached_input)

    def cooldown(self, model_id: str) -> ProviderError | None:
        """Why this model must not be asked at the moment; ask right before each request.

        After a provider's pause the first caller is let through as a trial, the others wait for
        what it reports.
        """
        return self._cooldowns.admit(model_id) if self._remembers(model_id) else None

    def report(self, model_id: str, problem: ProviderError | None) -> None:
        """Says how a request ended, so that `cooldown` knows; `None` for a request that worked."""
        if self._remembers(model_id):
            self._cooldowns.report(model_id, problem)
            if problem is None:
                self._listings.excuse(split_model_id(model_id)[0])

    def nearest_models(self, model_id: str, limit: int = 3) -> list[str]:
        """The known ids that look most like `model_id`; asks nobody."""
        return nearest(model_id, self._known_ids(), limit)

    async def siblings(self, model_id: str, limit: int = 3) -> list[str]:
        """The ids most like `model_id` that its own provider lists.

        A provider whose list is unknown or old is asked for it, for five seconds at most.
        """
        provider = split_model_id(model_id)[0]
        entry = self._entries.get(provider)
        if entry is not None and entry.has_list and self._listings.is_due(provider):
            with contextlib.suppress(NotAskedError):  # then there is nothing to suggest
                await self._listings.ask({provider: entry.open()})
        own = [known for known in self._known_ids() if split_model_id(known)[0] == provider]
        return nearest(model_id, own, limit)

    async def aclose(self) -> None:
        """Closes every connection, those of former settings too."""
        open_adapters = [entry.adapter for entry in self._entries.values() if entry.adapter]
        for adapter in (*open_adapters, *self._retired):
            await adapter.aclose()
        self._retired.clear()

    async def _ask_for_key(self, entry: Configured) -> None:
        if self._ask_client is None or not entry.lacks_key:
            return
        found = await self._ask_client(entry.name, entry.row.base_url)
        if found is not None:
            entry.lookup = found

    def _to_be_asked(self, *, refresh: bool) -> Iterator[tuple[str, Adapter]]:
        for name, entry in self._entries.items():
            if entry.has_list and (refresh or self._listings.is_due(name)):
                with contextlib.suppress(NotAskedError):  # it is the models' reason then
                    yield name, entry.open()

    def _reason(self, entry: Configured) -> str | None:
        problem = entry.problem()
        if problem is not None:
            return problem.message.removesuffix(".")
        return self._cooldowns.provider_reason(entry.name) or self._reason_of_list(entry.name)

    def _reason_of_list(self, provider: str) -> str | None:
        listing = self._listings.of(provider)
        return None if listing is None else listing.reason

    def _remembers(self, model_id: str) -> bool:
        entry = self._entries.get(split_model_id(model_id)[0])
        kind = ADAPTERS.get(entry.row.type) if entry else None
        return kind is not None and kind.faults_are_real

    def _listed(self, provider: str) -> Sequence[ListedModel]:
        listing = self._listings.of(provider)
        return () if listing is None else listing.models

    def _known_ids(self) -> Iterator[str]:
        for name, entry in self._entries.items():
            listed = [model.id for model in self._listed(name) if answers_chats(model.id)]
            demo = demo_names() if entry.row.type == "demo" else ()
            for model in dict.fromkeys((*entry.row.models, *demo, *listed)):
                yield f"{name}/{model}"

"""Finds what the providers list: cards and ids of their models.

Gateways list 20,000, so what is the same for all models of a provider is found once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.providers.demo.models import demo_names
from antiphon.providers.models.cards import is_chat_model

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from antiphon.model.values.model_info import ModelInfo
    from antiphon.providers.models.facts import ModelFacts
    from antiphon.providers.registry.circuit_breaker import CircuitBreaker
    from antiphon.providers.registry.entries import ProviderEntries
    from antiphon.providers.registry.model_lists import Listings
    from antiphon.providers.registry.provider_entry import ProviderEntry


class ListedModels:
    """The models that the configs name or the providers list, without a request.

    `reason_of` returns why none of a provider's models can be asked now, or `None`.
    """

    def __init__(
        self,
        entries: ProviderEntries,
        listings: Listings,
        cooldowns: CircuitBreaker,
        facts: ModelFacts,
        reason_of: Callable[[ProviderEntry], str | None],
    ) -> None:
        self._entries = entries
        self._listings = listings
        self._cooldowns = cooldowns
        self._facts = facts
        self._reason_of = reason_of

    async def cards(self, providers: Collection[str] | None, query: str) -> Sequence[ModelInfo]:
        """Returns the cards of the models whose id contains `query`, the available first."""
        wanted = query.casefold()
        found: list[ModelInfo] = []
        for entry in self._entries.of(providers):
            await self._facts.load_for(entry.name, entry.row)
            found += self._cards_of(entry, wanted)
        return sorted(found, key=lambda info: not info.available)

    def ids(self, providers: Collection[str] | None) -> Sequence[str]:
        """Returns the ids of the models that can be asked now."""
        return [
            model_id
            for entry in self._entries.of(providers)
            if self._reason_of(entry) is None
            for model_id in self.known_ids([entry])
            if not self._cooldowns.look(model_id)
        ]

    def known_ids(self, entries: Iterable[ProviderEntry]) -> Iterator[str]:
        """Yields the ids of all models, whether they can be asked or not."""
        for entry in entries:
            for name in self._names_of(entry):
                yield f"{entry.name}/{name}"

    def _cards_of(self, entry: ProviderEntry, wanted: str) -> Iterator[ModelInfo]:
        unusable = self._reason_of(entry)
        listed = self._listings.models(entry.name)
        for name in self._names_of(entry):
            model_id = f"{entry.name}/{name}"
            if wanted not in model_id.casefold():
                continue
            reason = unusable
            if reason is None and (withheld := self._cooldowns.look(model_id)):
                reason = withheld.failure.message
            yield self._facts.card(entry.name, entry.row, name, reason=reason, listed=listed)

    def _names_of(self, entry: ProviderEntry) -> Iterator[str]:
        demo = demo_names() if entry.row.type == "demo" else ()
        named = dict.fromkeys((*entry.row.models, *demo))
        yield from named
        for name in self._listings.models(entry.name):
            if name not in named and is_chat_model(name):
                yield name

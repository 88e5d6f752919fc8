"""Keeps the providers' own lists of models.

A list is requested once and kept for a time. One that failed is not requested again at once.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import anyio
from msgspec import Struct, field
from msgspec.structs import replace

from antiphon.engine.ports.deltas import ProviderError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.ports import Clock
    from antiphon.model.failure import Failure
    from antiphon.providers.adapter import Adapter, ListedModel

_log = logging.getLogger(__name__)

KEPT_S: Final = 600.0
KEPT_FAILURE_S: Final = 60.0
LISTING_TIMEOUT_S: Final = 5.0

_UNREACHABLE: Final = frozenset({"authentication", "permission", "network", "timeout_connect"})


class Listing(Struct, frozen=True):
    """One provider's list, or the failure to get it."""

    at: float
    models: Mapping[str, ListedModel] = field(default_factory=dict[str, "ListedModel"])
    """By their ids, in the provider's order. Gateways list tens of thousands."""
    failure: Failure | None = None

    @property
    def reason(self) -> str | None:
        """Why the provider cannot be used, by the failure of its list, or `None`.

        An endpoint without a list, as many are, may answer all the same.
        """
        if self.failure is None or self.failure.kind not in _UNREACHABLE:
            return None
        return self.failure.message


class Listings:
    """The lists of all providers, kept for ten minutes, failures for one."""

    def __init__(self, clock: Clock, *, timeout_s: float = LISTING_TIMEOUT_S) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._listings: dict[str, Listing] = {}
        self._forgotten: dict[str, int] = {}
        """How often each was forgotten: the result of an earlier request is dropped."""

    def of(self, provider: str) -> Listing | None:
        """Returns a provider's list of any age, or `None` without one."""
        return self._listings.get(provider)

    def models(self, provider: str) -> Mapping[str, ListedModel]:
        """Returns the models of a provider's list by their ids, of any age."""
        listing = self.of(provider)
        return {} if listing is None else listing.models

    def reason(self, provider: str) -> str | None:
        """Returns why the provider cannot be used, by the failure of its list."""
        listing = self.of(provider)
        return None if listing is None else listing.reason

    def is_due(self, provider: str) -> bool:
        """Checks whether the list is missing or too old to be shown."""
        listing = self._listings.get(provider)
        if listing is None:
            return True
        kept_s = KEPT_S if listing.failure is None else KEPT_FAILURE_S
        return self._clock() - listing.at > kept_s

    async def ask(self, adapters: Mapping[str, Adapter]) -> None:
        """Requests all these lists at the same time, each with the time limit."""
        async with anyio.create_task_group() as group:
            for provider, adapter in adapters.items():
                group.start_soon(self._ask, provider, adapter)

    def excuse(self, provider: str) -> None:
        """Clears the failure of a list, since the provider has just answered."""
        listing = self._listings.get(provider)
        if listing is not None and listing.failure is not None:
            self._listings[provider] = replace(listing, failure=None)

    def forget(self, provider: str) -> None:
        """Drops a list, since the provider's settings have changed."""
        self._listings.pop(provider, None)
        self._forgotten[provider] = self._forgotten.get(provider, 0) + 1

    async def _ask(self, provider: str, adapter: Adapter) -> None:
        forgotten = self._forgotten.get(provider)
        began = self._clock()
        try:
            models = await adapter.models(timeout_s=self._timeout_s)
        except ProviderError as error:
            last = self._listings.get(provider)
            listing = Listing(self._clock(), failure=error.failure)
            if last is not None:
                listing = replace(listing, models=last.models)
            kind, status = error.failure.kind, error.failure.http_status
            _log.debug("%s gave no list of models: %s, status %s", provider, kind, status)
        else:
            listing = Listing(self._clock(), _by_id(models))
            took = (listing.at - began) * 1000
            _log.debug("%s listed %d models in %.0f ms", provider, len(models), took)
        if self._forgotten.get(provider) == forgotten:
            self._listings[provider] = listing


def _by_id(models: Sequence[ListedModel]) -> dict[str, ListedModel]:
    """Returns the models by their ids, the first of two with the same id."""
    found: dict[str, ListedModel] = {}
    for model in models:
        found.setdefault(model.id, model)
    return found

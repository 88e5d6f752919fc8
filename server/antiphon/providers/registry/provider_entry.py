"""Defines one configured provider: its config, its key, its state and its adapter."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from antiphon.engine.ports.cassettes import current_cassette
from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.discovery.discovered_provider import DiscoveredProvider
from antiphon.providers.models.price_vendors import lists_prices
from antiphon.providers.registry.adapter_types import ADAPTERS
from antiphon.providers.registry.circuit_breaker import NotAskedError

if TYPE_CHECKING:
    from antiphon.engine.ports import Provider
    from antiphon.model.provider_config import KeyLookup, ProviderConfig
    from antiphon.providers.adapter import Adapter

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class ProviderEntry:
    """A provider's config under its name. Entries with the same config are equal."""

    name: str
    row: ProviderConfig
    lookup: KeyLookup
    adapter: Adapter | None = field(default=None, compare=False)
    """Made on first use."""
    lists_prices: bool = field(init=False, compare=False)
    """Whether its own list of models has their prices."""
    _refused: Failure | None = field(default=None, compare=False)
    """The failure that its adapter reported for the config."""

    def __post_init__(self) -> None:
        self.lists_prices = lists_prices(self.name, self.row)

    @property
    def has_list(self) -> bool:
        """Whether it can list its models."""
        adapter = ADAPTERS.get(self.row.type)
        return adapter is not None and adapter.has_list and self.problem() is None

    @property
    def faults_are_real(self) -> bool:
        """Whether a failure predicts that of the next request."""
        adapter = ADAPTERS.get(self.row.type)
        return adapter is not None and adapter.faults_are_real

    @property
    def may_lack_key(self) -> bool:
        """Whether nothing but a key may be missing."""
        if (
            self.row.type == "demo"
            or isinstance(self.row, DiscoveredProvider)
            or self.lookup.key is not None
        ):
            return False
        problem = self.problem()
        return problem is None or problem.kind == "authentication"

    def problem(self) -> Failure | None:
        """Returns why its settings do not allow its use, or `None`."""
        return self._refused or _problem_of(self.name, self.row, self.lookup)

    def open(self) -> Adapter:
        """Returns its adapter.

        Raises `NotAskedError` with a hint what to set if there can be none.
        """
        problem = self.problem()
        if problem is not None:
            _log.debug("%s cannot be asked: %s", self.name, problem.message)
            raise NotAskedError(problem)
        if self.adapter is None:
            try:
                self.adapter = ADAPTERS[self.row.type].build(self.name, self.row, self.lookup.key)
            except ProviderError as error:
                self._refused = error.failure
                raise NotAskedError(error.failure) from None
        return self.adapter

    @property
    def is_replayed(self) -> bool:
        """Whether the present run needs nothing of it, as a cassette has its whole answers."""
        cassette = current_cassette.get()
        return cassette is not None and cassette.is_replay and not self._has_own_connections

    @property
    def _has_own_connections(self) -> bool:
        adapter = ADAPTERS.get(self.row.type)
        return adapter is not None and adapter.own_connections

    def provider(self) -> Provider:
        """Returns its adapter, whose answers are kept in a run that has a cassette.

        Raises as `open` does.
        """
        adapter = self.open()
        if current_cassette.get() is None or self._has_own_connections:
            return adapter  # our connections know cassettes themselves
        from antiphon.providers.cassettes.deltas import (  # noqa: PLC0415 - few runs have one
            TapedProvider,
        )

        return TapedProvider(self.name, adapter)


def not_configured(name: str) -> Failure:
    """Returns the failure for a name that no provider has."""
    return Failure.of(
        "model_not_found",
        f"No provider is called {name}.",
        hint="Name a model as <provider>/<model>; `antiphon models` lists them.",
    )


def _problem_of(name: str, row: ProviderConfig, lookup: KeyLookup) -> Failure | None:
    adapter = ADAPTERS.get(row.type)
    if adapter is None:
        message = f"There is no adapter of type {row.type}."
        return Failure.of("unsupported", message, hint="Change the row's type.", provider=name)
    if adapter.needs_address and row.base_url is None:
        message = f"antiphon.providers.{name}.baseUrl is not set."
        hint = "Set it to the endpoint's address, for example https://api.example.com/v1."
        return Failure.of("unsupported", message, hint=hint, provider=name)
    if lookup.problem is not None:
        hint = (
            f"Give it one: `antiphon keys set {name}`, or set it there and start the server again. "
            "The models of demo/… need no key."
        )
        return Failure.of("authentication", f"{lookup.problem}.", hint=hint, provider=name)
    return None

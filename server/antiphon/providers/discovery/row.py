"""Rows that no setting has: providers that were found, below those that were configured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from antiphon.model.values.hosts import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.model.provider_config import PriceConfig, ProviderConfig, Secret


@dataclass(frozen=True, slots=True)
class DiscoveredProvider:
    """A model server of this machine; as a row of settings would be, without a key."""

    base_url: str
    type: str = "openai"
    api_key: Secret | None = None
    api_key_env: str | None = None
    models: tuple[str, ...] = ()
    max_concurrency: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    prices: Mapping[str, PriceConfig] = field(default_factory=dict[str, "PriceConfig"])


def over(
    configured: Mapping[str, ProviderConfig], found: Mapping[str, ProviderConfig]
) -> dict[str, ProviderConfig]:
    """All rows: those that were configured, then what was found besides.

    A row of the same name wins, and so does one that names the same port of this machine, whatever
    it is called: one server is one provider.
    """
    taken = {_port_here(row) for row in configured.values()} - {None}
    besides = {
        name: row
        for name, row in found.items()
        if name not in configured and _port_here(row) not in taken
    }
    return {**configured, **besides}


def _port_here(row: ProviderConfig) -> int | None:
    """The port of this machine that a row names, if it does."""
    if row.base_url is None:
        return None
    try:
        parts = urlsplit(row.base_url)
        port = parts.port or 80
    except ValueError:
        return None  # its adapter says what is wrong with it
    return port if is_loopback(parts.hostname or "") else None

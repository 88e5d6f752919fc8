"""Defines the config of a discovered provider, and merges it with the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, field

from antiphon.model.values.hosts import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.model.provider_config import PriceConfig, ProviderConfig, Secret


class DiscoveredProvider(Struct, frozen=True):
    """A model server of this machine, in the shape of a config, without a key."""

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
    """Returns all configs: the configured ones, then the found ones that are not configured.

    A configured one wins if it has the same name, or names the same port of this machine: one
    server is one provider.
    """
    configured_ports = {_local_port(row) for row in configured.values()} - {None}
    additional = {
        name: row
        for name, row in found.items()
        if name not in configured and _local_port(row) not in configured_ports
    }
    return {**configured, **additional}


def _local_port(row: ProviderConfig) -> int | None:
    """Returns the port of this machine that a config names, or `None`."""
    if row.base_url is None:
        return None
    try:
        parts = urlsplit(row.base_url)
        port = parts.port or 80
    except ValueError:
        return None  # its adapter reports the error
    return port if is_loopback(parts.hostname or "") else None

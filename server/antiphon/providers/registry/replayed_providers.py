"""Makes the providers of a replay, which have no keys and are never connected to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread
from msgspec import Struct, field

from antiphon.model.provider_config import KeyLookup
from antiphon.providers.registry.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.model.provider_config import PriceConfig, Secret
    from antiphon.providers.cassettes.folder import CassetteFolder


class _NoKey:
    """What an adapter is given instead of a key, and sends nowhere."""

    def get_secret_value(self) -> str:
        return "replayed"


class ReplayedProvider(Struct, frozen=True):
    """The settings of a provider as a cassette has them: its type and its address."""

    type: str
    base_url: str | None
    api_key: Secret | None = None
    api_key_env: str | None = None
    models: Sequence[str] = ()
    max_concurrency: int | None = 64
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    prices: Mapping[str, PriceConfig] = field(default_factory=dict[str, "PriceConfig"])


class _Rows(Struct, frozen=True):
    providers: Mapping[str, ReplayedProvider]


async def make_replayed_providers(cassette: CassetteFolder) -> Registry:
    """Returns the providers whose types and addresses a cassette has."""
    described = await anyio.to_thread.run_sync(cassette.load_providers)
    rows = {name: ReplayedProvider(each.type, each.base_url) for name, each in described.items()}
    return Registry(_Rows(rows), key_of=lambda _, __: KeyLookup(_NoKey()))

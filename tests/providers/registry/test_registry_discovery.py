"""The registry searches for servers when it is asked to, and again only if that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.provider_config import KeyLookup
from antiphon.providers.discovery.discovered_provider import DiscoveredProvider
from antiphon.providers.registry.registry import Registry
from support.providers.provider_configs import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.model.provider_config import ProviderConfig

OLLAMA = DiscoveredProvider("http://127.0.0.1:11434/v1")


async def test_a_search_is_repeated_only_on_demand():
    refreshed: list[bool] = []

    async def search(*, refresh: bool) -> Mapping[str, ProviderConfig]:
        refreshed.append(refresh)
        return {"ollama": OLLAMA}

    providers = Registry(settings(), key_of=lambda _, __: KeyLookup(), discover=search)
    await providers.discover()
    await providers.discover(refresh=True)
    await providers.key_changed("openai")
    assert refreshed == [False, True, False]
    assert providers.found_here("ollama")
    assert not providers.found_here("demo")
    assert not providers.found_here("nobody")
    await providers.aclose()

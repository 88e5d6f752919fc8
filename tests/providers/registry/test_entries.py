"""What is known of a provider lasts as long as its row and its key; the rest is made anew."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from antiphon.model.provider_config import KeyLookup
from antiphon.providers.discovery.discovered_provider import DiscoveredProvider
from antiphon.providers.registry.entries import ProviderEntries
from antiphon.settings.schema.api_key import Key
from antiphon.settings.schema.schema import ProviderSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.model.provider_config import ProviderConfig

WORK = ProviderSettings.model_validate({"baseUrl": "https://a.example/v1"})
OLLAMA = DiscoveredProvider("http://127.0.0.1:11434/v1")
NEEDED = KeyLookup(problem="K is not set")


class World:
    """Keys that are known, keys that can be sought, rows that can be found."""

    def __init__(self) -> None:
        self.known: dict[str, KeyLookup] = {}
        self.hidden: dict[str, KeyLookup] = {}
        self.found: dict[str, ProviderConfig] = {}
        self.gone: list[str] = []
        self.sought: list[str] = []
        self.refreshed: list[bool] = []
        self.entries = ProviderEntries(self._key_of, self._seek, self._discover, self.gone.append)

    def _key_of(self, name: str, _row: ProviderConfig) -> KeyLookup:
        return self.known.get(name, KeyLookup())

    async def _seek(self, name: str, _row: ProviderConfig) -> KeyLookup | None:
        self.sought.append(name)
        return self.hidden.get(name)

    async def _discover(self, *, refresh: bool) -> Mapping[str, ProviderConfig]:
        self.refreshed.append(refresh)
        return self.found


async def test_what_was_found_joins_what_was_configured_and_leaves_again():
    world = World()
    world.entries.configure({"work": WORK})
    work = world.entries["work"]
    world.found = {"ollama": OLLAMA}
    await world.entries.discover(refresh=True)
    assert list(world.entries) == ["work", "ollama"]
    world.found = {}
    await world.entries.discover(refresh=False)
    assert list(world.entries) == ["work"]
    assert world.entries["work"] is work
    assert (world.gone, world.refreshed) == (["ollama"], [True, False])


async def test_another_key_makes_a_provider_anew_and_its_connections_live_until_the_end():
    world = World()
    world.entries.configure({"work": WORK})
    before = world.entries["work"]
    adapter = before.open()
    world.known["work"] = KeyLookup(key=Key("sk-1"))
    world.entries.renew()
    assert world.entries["work"] is not before
    assert world.gone == ["work"]
    assert world.entries.adapters() == [adapter]
    assert world.entries["work"].open() is not adapter
    assert len(world.entries.adapters()) == 2


async def test_a_key_that_was_sought_is_used_by_the_next_connection():
    world = World()
    world.known["work"] = NEEDED
    world.entries.configure({"work": WORK})
    entry = world.entries["work"]
    await world.entries.seek_key(entry)
    assert entry.problem() is not None
    world.hidden["work"] = world.known["work"] = KeyLookup(key=Key("sk-1"), source="client")
    await world.entries.seek_key(entry)
    assert entry.problem() is None
    world.entries.renew()
    assert world.entries["work"] is entry


async def test_a_key_for_a_row_that_had_none_replaces_the_connections_made_without_it():
    world = World()
    world.entries.configure({"work": WORK})
    entry = world.entries["work"]
    without = entry.open()
    world.hidden["work"] = KeyLookup(key=Key("sk-1"), source="keyring")
    await world.entries.seek_key(entry)
    assert entry.open() is not without
    assert without in world.entries.adapters()


async def test_no_key_is_sought_for_the_demo_nor_for_what_was_found():
    world = World()
    world.found = {"ollama": OLLAMA}
    world.entries.configure({"demo": ProviderSettings.model_validate({"type": "demo"})})
    await world.entries.discover(refresh=False)
    for entry in world.entries.values():
        await world.entries.seek_key(entry)
    assert world.sought == []


async def test_a_new_provider_and_a_key_that_is_found_later_are_logged_without_the_key(caplog):
    caplog.set_level(logging.DEBUG, "antiphon.providers.registry.entries")
    world = World()
    world.known["work"] = NEEDED
    world.hidden["work"] = KeyLookup(Key("sk-planted-0123456789"), source="keyring")
    world.entries.configure({"work": WORK})
    await world.entries.seek_key(world.entries["work"])
    lines = [each.getMessage() for each in caplog.records]
    assert [line.rpartition(", ")[2] for line in lines] == [
        "no key (K is not set)",
        "key from keyring",
    ]
    assert all(line.startswith("provider work: configured, type openai") for line in lines)
    assert "https://a.example" in lines[0]
    assert "sk-planted" not in caplog.text

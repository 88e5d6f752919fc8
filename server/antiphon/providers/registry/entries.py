"""Holds the present providers, configured and discovered, each with its key.

The connections of a provider that was changed or removed are kept until the end, since answers may
still be streaming over them.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from antiphon.providers.discovery.discovered_provider import DiscoveredProvider, over
from antiphon.providers.registry.provider_entry import ProviderEntry
from antiphon.providers.registry.sharing import ProviderSharing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from antiphon.model.provider_config import ProviderConfig
    from antiphon.providers.adapter import Adapter
    from antiphon.providers.registry.sources import Discover, KeySource, SeekKey

_log = logging.getLogger(__name__)


class ProviderEntries(dict[str, ProviderEntry]):
    """The configured and discovered providers by name.

    `gone` is called with the name of each that was changed or removed.
    """

    def __init__(
        self,
        key_of: KeySource,
        seek_key: SeekKey | None,
        discover: Discover | None,
        gone: Callable[[str], None],
        shared: ProviderSharing | None = None,
    ) -> None:
        super().__init__()
        self._key_of = key_of
        self._seek_key = seek_key
        self._discover = discover
        self._gone = gone
        self._configured: Mapping[str, ProviderConfig] = {}
        self._found: Mapping[str, ProviderConfig] = {}
        self._retired: list[Adapter] = []
        shared = shared or ProviderSharing()
        self._fingerprints = shared.fingerprints
        self.account_names = shared.account_names
        """`None` if no other server shares limits with this one."""

    def configure(self, rows: Mapping[str, ProviderConfig]) -> None:
        """Applies the configs of changed settings."""
        self._configured = rows
        self.renew()

    async def discover(self, *, refresh: bool) -> None:
        """Searches for providers that are not configured."""
        if self._discover is not None:
            self._found = await self._discover(refresh=refresh)
            self.renew()

    def renew(self) -> None:
        """Replaces the providers whose config or key has changed, and keeps the others."""
        before = self.copy()
        self.clear()
        for name, row in over(self._configured, self._found).items():
            entry = ProviderEntry(name, row, self._key_of(name, row))
            known = before.get(name)
            if known != entry:
                log_entry(entry)
            self[name] = before.pop(name) if known == entry else entry
        for name, entry in before.items():
            if name not in self:
                _log.debug("provider %s is gone", name)
            self._gone(name)
            self._retire(entry)

    async def seek_key(self, entry: ProviderEntry) -> None:
        """Asks for the key of `entry` if it has none and may need one."""
        if self._seek_key is None or not entry.may_lack_key:
            return
        found = await self._seek_key(entry.name, entry.row)
        if found is not None and found != entry.lookup:
            entry.lookup = found
            log_entry(entry)
            self._retire(entry)  # it was made without a key

    def of(self, providers: Collection[str] | None) -> list[ProviderEntry]:
        """Returns the entries of these providers, by default of all."""
        return [each for each in self.values() if not providers or each.name in providers]

    def fingerprint(self, name: str) -> str:
        """Returns the fingerprint of a provider's present key, empty without one."""
        entry = self.get(name)
        return "" if entry is None else self._fingerprints.of(entry.lookup.key)

    def adapters(self) -> list[Adapter]:
        """Returns every adapter that was ever made, to be closed."""
        return [*self._retired, *(each.adapter for each in self.values() if each.adapter)]

    def _retire(self, entry: ProviderEntry) -> None:
        if entry.adapter is not None:
            self._retired.append(entry.adapter)
            entry.adapter = None


def log_entry(entry: ProviderEntry) -> None:
    """Logs the type, the address and the key's source of a new or changed provider."""
    if _log.isEnabledFor(logging.DEBUG):
        row, lookup = entry.row, entry.lookup
        key = (
            f"key from {lookup.source}"
            if lookup.key
            else f"no key ({lookup.problem or 'none named'})"
        )
        origin = "found here" if isinstance(row, DiscoveredProvider) else "configured"
        where = _origin(row.base_url)
        _log.debug("provider %s: %s, type %s, %s, %s", entry.name, origin, row.type, where, key)


def _origin(base_url: str | None) -> str:
    """Returns a base URL without the user name, path and query that it may hold."""
    if base_url is None:
        return "its type's own address"
    try:
        parts = urlsplit(base_url)
        return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return "an address that is not valid"

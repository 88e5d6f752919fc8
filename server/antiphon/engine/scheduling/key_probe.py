"""The first request with a key that has not been accepted yet goes out alone.

A fan-out to fifty models of a provider whose key is wrong would otherwise send as many refused
requests as the provider has places. The others wait for the scout's headers, which is one round
trip and happens once in a server's life for each key; a scout that is slow is not waited for long.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from antiphon.engine.ports import ProviderHealth

_log = logging.getLogger(__name__)

PATIENCE_S: Final = 2.0
"""For the headers of a scout."""


class KeyProbes:
    """Which providers have a scout under way."""

    def __init__(self, providers: ProviderHealth) -> None:
        self._providers = providers
        self._out: dict[str, anyio.Event] = {}

    @asynccontextmanager
    async def probe_or_wait(self, provider: str) -> AsyncGenerator[Callable[[str], None]]:
        """Waits for the provider's scout, or makes the caller's request the scout.

        Yields what to call once the provider has accepted the request, with the fingerprint of
        the key that it was sent with.
        """
        own = await self._wait(provider)

        def accepted(key: str) -> None:
            self._providers.accepted(provider, key=key)
            self._is_back(provider, own)

        try:
            yield accepted
        finally:
            self._is_back(provider, own)

    def _is_back(self, provider: str, own: anyio.Event | None) -> None:
        """Ends a scouting. The next key, of which there may be one by now, has another scout."""
        if own is None:
            return
        own.set()
        if self._out.get(provider) is own:
            del self._out[provider]

    async def _wait(self, provider: str) -> anyio.Event | None:
        """The event of the caller's own scouting; `None` where it need not scout."""
        while self._providers.is_unproven(provider):
            scout = self._out.get(provider)
            if scout is None:
                self._out[provider] = anyio.Event()
                _log.debug("the request is the first with this key of %s", provider)
                return self._out[provider]
            _log.debug("the request waits for the first one with this key of %s", provider)
            with anyio.move_on_after(PATIENCE_S) as patience:
                await scout.wait()
            if patience.cancelled_caught:
                _log.debug("the first request with this key of %s is not waited for", provider)
                return None
        return None

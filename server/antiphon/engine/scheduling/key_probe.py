"""Sends the first request with a key alone, until the provider accepts the key.

Otherwise a fan-out to fifty models of a provider whose key is wrong would send as many refused
requests as the provider has slots. The others wait for the headers of that first request, the
probe. This is one round trip, once in a server's life for each key. A slow probe is not waited for
long.
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
"""The longest wait for the headers of a probe."""


class KeyProbes:
    """The probes that are running, at most one for each provider."""

    def __init__(self, providers: ProviderHealth) -> None:
        self._providers = providers
        self._running: dict[str, anyio.Event] = {}

    @asynccontextmanager
    async def probe_or_wait(self, provider: str) -> AsyncGenerator[Callable[[str], None]]:
        """Waits for the provider's probe, or makes the caller's request the probe.

        Yields a function to call once the provider has accepted the request, with the fingerprint
        of the key that it was sent with.
        """
        own = await self._wait_or_begin(provider)

        def accepted(key: str) -> None:
            self._providers.accepted(provider, key=key)
            self._end_probe(provider, own)

        try:
            yield accepted
        finally:
            self._end_probe(provider, own)

    def _end_probe(self, provider: str, own: anyio.Event | None) -> None:
        """Ends a probe. If the key has changed meanwhile, the new one has another probe."""
        if own is None:
            return
        own.set()
        if self._running.get(provider) is own:
            del self._running[provider]

    async def _wait_or_begin(self, provider: str) -> anyio.Event | None:
        """Waits for a probe, or begins one and returns its event.

        Returns `None` if the caller's request is not a probe.
        """
        while self._providers.is_unproven(provider):
            probe = self._running.get(provider)
            if probe is None:
                self._running[provider] = anyio.Event()
                _log.debug("the request is the first with this key of %s", provider)
                return self._running[provider]
            _log.debug("the request waits for the first one with this key of %s", provider)
            with anyio.move_on_after(PATIENCE_S) as limit:
                await probe.wait()
            if limit.cancelled_caught:
                _log.debug("the first request with this key of %s is not waited for", provider)
                return None
        return None

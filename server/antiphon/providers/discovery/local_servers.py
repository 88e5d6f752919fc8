"""Finds model servers on this machine that are not configured.

The search runs when models are listed, or when a model is named whose provider is not configured,
but never while the server starts. All ports are tried at the same time.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import anyio

from antiphon.providers.discovery.discovered_provider import DiscoveredProvider
from antiphon.providers.discovery.probe import HOST, KINDS, probe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.engine.ports import Clock
    from antiphon.providers.discovery.probe import Finding, Kind

_log = logging.getLogger(__name__)

KEPT_S: Final = 30.0
_IN_WORDS: Final[dict[Finding, str]] = {
    "it": "its list of models is there",
    "nothing": "no such server",
    "silence": "somebody listens and did not answer in time",
}


class LocalServers:
    """The servers that were found, kept for half a minute.

    A server that was found and is silent now is kept: it may be busy with an answer.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ports: dict[str, int] = {}
        self._timeout_s = 0.0
        self._probed_at: float | None = None
        self._found: set[str] = set()
        self._probing = anyio.Lock()

    def configure(self, ports: Mapping[Any, int], *, enabled: bool, timeout_s: float) -> None:
        """Applies changed settings.

        `ports` are those that differ from the usual ones, with 0 for a kind to leave out.
        `timeout_s` is the limit for one port, in seconds.
        """
        wanted = {name: ports.get(name, kind.port) for name, kind in KINDS.items() if enabled}
        wanted = {name: port for name, port in wanted.items() if port}
        if wanted != self._ports:
            self._ports, self._probed_at, self._found = wanted, None, set()
        self._timeout_s = timeout_s

    async def search(self, *, refresh: bool = False) -> None:
        """Probes every port, unless that was done within half a minute without `refresh`."""
        asked_at = self._clock()
        async with self._probing:
            if self._is_due(asked_at, refresh=refresh):
                await self._probe_all()

    def rows(self) -> dict[str, DiscoveredProvider]:
        """Returns the config of each server that was found, by its provider's name."""
        return {
            name: DiscoveredProvider(f"http://{HOST}:{port}/v1")
            for name, port in self._ports.items()
            if name in self._found
        }

    def _is_due(self, asked_at: float, *, refresh: bool) -> bool:
        if self._probed_at is None:
            return True
        if refresh:  # unless another caller has probed while this one waited
            return self._probed_at < asked_at
        return self._clock() - self._probed_at > KEPT_S

    async def _probe_all(self) -> None:
        ports = self._ports
        async with anyio.create_task_group() as group:
            for name, port in ports.items():
                group.start_soon(self._probe_port, name, KINDS[name], port)
        if ports is self._ports:
            self._probed_at = self._clock()

    async def _probe_port(self, name: str, kind: Kind, port: int) -> None:
        finding = await probe(kind, port, self._timeout_s)
        _log.debug("looked for %s at %s:%d: %s", name, HOST, port, _IN_WORDS[finding])
        if self._ports.get(name) != port:
            return  # the settings have changed meanwhile
        if finding == "it":
            if name not in self._found:
                _log.info("found %s at %s:%d", name, HOST, port)
            self._found.add(name)
        elif finding == "nothing":
            self._found.discard(name)

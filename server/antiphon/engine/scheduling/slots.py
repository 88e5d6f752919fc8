"""The places for streams at one host: how many are taken, who waits, and whose turn is next.

In the cloud the first to come is the first to be served. A host on this machine loads a model
before it answers, and few fit into its memory at once: there, requests for a model that is loaded
go first, and those for the same model one after the other, so that no model is loaded twice where
once would do. Nobody is overtaken by a request that came much later.
"""

from __future__ import annotations

import logging
import math
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import anyio
import anyio.lowlevel

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Collection

    from antiphon.engine.ports import Clock

_log = logging.getLogger(__name__)

OVERTAKES_WITHIN_S: Final = 30.0
"""A request may overtake one that came at most this long before it."""


@dataclass(slots=True, eq=False)
class _Waiter:
    model: str
    since: float
    admitted: anyio.Event = field(default_factory=anyio.Event)


class HostSlots:
    """The line before one host. `total` places may be taken at once."""

    def __init__(self, clock: Clock) -> None:
        self.total = 1
        self._clock = clock
        self._waiting: list[_Waiter] = []
        self._running: list[str] = []
        self._grouped = False
        self._last: str | None = None
        self._loaded: Collection[str] = ()
        self._narrow_until = -math.inf

    def throttle(self, seconds: float) -> None:
        """Halves the places for a while: the host has said that it is being asked too much."""
        self._narrow_until = max(self._narrow_until, self._clock() + seconds)
        _log.debug("half of the %d slots are used for %.0f s", self.total, seconds)

    @asynccontextmanager
    async def slot(
        self, model: str, loaded: Callable[[], Awaitable[Collection[str] | None]] | None = None
    ) -> AsyncGenerator[None]:
        """A place for one stream of `model`, for as long as the context lasts.

        `loaded` tells which models the host has in its memory, `None` where it does not know; it
        is given for hosts that load models, and asked where several wait at an idle host.
        """
        waiter = _Waiter(model, self._clock())
        self._waiting.append(waiter)
        try:
            if loaded is not None:
                await self._look(loaded)
            self._admit()
            if not waiter.admitted.is_set():
                running, waiting = len(self._running), len(self._waiting)
                _log.debug("the request waits for a slot: %d run, %d wait", running, waiting)
            await waiter.admitted.wait()
            yield
        finally:
            if waiter.admitted.is_set():
                self._running.remove(model)
            else:
                self._waiting.remove(waiter)
            self._admit()

    async def _look(self, loaded: Callable[[], Awaitable[Collection[str] | None]]) -> None:
        self._grouped = True
        await anyio.lowlevel.checkpoint()  # the others of the same fan-out get into line
        if self._running or len({waiter.model for waiter in self._waiting}) < 2:
            return
        found = await loaded()
        if found is not None and not self._running:
            self._loaded = found
            self._last = self._last if self._last in found else None

    def _admit(self) -> None:
        places = self.total
        if self._clock() < self._narrow_until:
            places = max(1, places // 2)
        while self._waiting and len(self._running) < places:
            waiter = self._next() if self._grouped else self._waiting[0]
            self._waiting.remove(waiter)
            self._running.append(waiter.model)
            self._last = waiter.model
            waiter.admitted.set()

    def _next(self) -> _Waiter:
        latest = self._waiting[0].since + OVERTAKES_WITHIN_S
        return min(
            (waiter for waiter in self._waiting if waiter.since <= latest), key=self._strangeness
        )

    def _strangeness(self, waiter: _Waiter) -> int:
        """0 for the model that answered last, 1 for another that is loaded, 2 for the rest."""
        if waiter.model == self._last or waiter.model in self._running:
            return 0
        return 1 if waiter.model in self._loaded else 2

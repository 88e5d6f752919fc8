"""Grants the slots of one host to requests: how many stream, and which is next.

For a host in the cloud, requests are sent in the order in which they came. A host on this machine
loads a model before it answers, and its memory has room for few at once. There, requests for a
loaded model go first, and those for the same model one after the other, so that no model is loaded
more often than needed. No request is overtaken by one that came much later.
"""

from __future__ import annotations

import logging
import math
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import anyio
import anyio.lowlevel
from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Collection

    from antiphon.engine.ports import Clock

_log = logging.getLogger(__name__)

OVERTAKES_WITHIN_S: Final = 30.0
"""A request may overtake one that came at most this long before it."""


class _Waiter(Struct, eq=False):
    model: str
    since: float
    client: object = None
    admitted: anyio.Event = field(default_factory=anyio.Event)


class HostSlots:
    """The slots of one host and the requests that wait for them.

    Clients that ask it at the same time may have different settings: the smallest number counts.
    """

    def __init__(self, clock: Clock) -> None:
        self.reported_after_s = 1.0
        """How long a request waits before the reason is reported."""
        self._clock = clock
        self._waiting: list[_Waiter] = []
        self._running: list[_Waiter] = []
        self._totals: dict[object, int] = {}
        self._groups_models = False
        self._last: str | None = None
        self._loaded: Collection[str] = ()
        self._throttled_until = -math.inf

    @property
    def total(self) -> int:
        """How many answers may stream at once."""
        return min(self._totals.values(), default=1)

    @property
    def waiting(self) -> int:
        """How many requests wait for a slot."""
        return len(self._waiting)

    @property
    def is_used(self) -> bool:
        """Whether a later request has to know what this one knows."""
        return bool(self._waiting or self._running) or self._clock() < self._throttled_until

    def set_total(self, total: int, client: object = None) -> None:
        """Sets how many answers may stream at once by the settings of `client`.

        It counts for as long as the client has requests here.
        """
        self._totals[client] = total

    def throttle(self, seconds: float) -> None:
        """Halves the slots for so many seconds, after the host reported too many requests."""
        self._throttled_until = max(self._throttled_until, self._clock() + seconds)
        _log.debug("half of the %d slots are used for %.0f s", self.total, seconds)

    @asynccontextmanager
    async def slot(
        self,
        model: str,
        loaded: Callable[[], Awaitable[Collection[str] | None]] | None = None,
        tell: Callable[[int, int], None] = lambda _, __: None,
        client: object = None,
    ) -> AsyncGenerator[None]:
        """Holds a slot for one stream of `model`, for as long as the context lasts.

        `loaded` returns which models the host has in its memory, or `None` if it does not know. It
        is given for hosts that load models, and called if several models wait at an idle host.
        `tell` is called after `reported_after_s`: with how many answers stream at the host, and
        how many other requests wait before this one. It gets zeros when the wait is over.
        """
        waiter = _Waiter(model, self._clock(), client)
        self._waiting.append(waiter)
        try:
            if loaded is not None:
                await self._update_loaded(loaded)
            self._admit()
            if not waiter.admitted.is_set():
                running, waiting = len(self._running), len(self._waiting)
                _log.debug("the request waits for a slot: %d run, %d wait", running, waiting)
                with anyio.move_on_after(self.reported_after_s):
                    await waiter.admitted.wait()
                if not waiter.admitted.is_set():
                    tell(len(self._running), self._waiting.index(waiter))
                    await waiter.admitted.wait()
                    tell(0, 0)
            yield
        finally:
            if waiter.admitted.is_set():
                self._running.remove(waiter)
            else:
                self._waiting.remove(waiter)
            if not any(each.client is client for each in (*self._running, *self._waiting)):
                self._totals.pop(client, None)
            self._admit()

    async def _update_loaded(self, loaded: Callable[[], Awaitable[Collection[str] | None]]) -> None:
        self._groups_models = True
        await anyio.lowlevel.checkpoint()  # the other requests of the same fan-out join the queue
        if self._running or len({waiter.model for waiter in self._waiting}) < 2:
            return
        found = await loaded()
        if found is not None and not self._running:
            self._loaded = found
            self._last = self._last if self._last in found else None

    def _admit(self) -> None:
        slots = self.total
        if self._clock() < self._throttled_until:
            slots = max(1, slots // 2)
        while self._waiting and len(self._running) < slots:
            waiter = self._next_waiter() if self._groups_models else self._waiting[0]
            self._waiting.remove(waiter)
            self._running.append(waiter)
            self._last = waiter.model
            waiter.admitted.set()

    def _next_waiter(self) -> _Waiter:
        latest = self._waiting[0].since + OVERTAKES_WITHIN_S
        return min(
            (waiter for waiter in self._waiting if waiter.since <= latest), key=self._load_cost
        )

    def _load_cost(self, waiter: _Waiter) -> int:
        """Returns how costly a model is to load.

        0 for the last model or a running one, 1 for another that is loaded, 2 for the rest.
        """
        if waiter.model == self._last or any(waiter.model == on.model for on in self._running):
            return 0
        return 1 if waiter.model in self._loaded else 2

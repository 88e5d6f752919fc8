"""When a request may leave: behind whom it stands, and what it waits for.

    a place         providers that share a key or a port of this machine share their places
    the provider    a hold for its siblings, an allowance that is used up
    the person      `limits.requestsPerMinute`
    a scout         the first request with a key that has not been accepted yet goes alone

All of it counts as queueing, so that the time to the first token stays comparable; a wait that is
longer than a second is told as it begins. Each of them ends at once when its pane is stopped.
"""

from __future__ import annotations

import logging
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

import anyio

from antiphon.engine.scheduling.backoff import Backoff, ProviderBackoff, Wait
from antiphon.engine.scheduling.key_probe import KeyProbes
from antiphon.engine.scheduling.rate_limit import RequestRateLimit
from antiphon.engine.scheduling.slots import HostSlots
from antiphon.model.failure import Failure
from antiphon.model.values.model_info import split_model_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Collection

    from antiphon.engine.pane.answer_meter import Stopwatch
    from antiphon.engine.ports import Clock, Providers
    from antiphon.engine.ports.deltas import RateLimitRemaining

_log = logging.getLogger(__name__)

TOLD_FROM_S: Final = 1.0
_LONGEST_PACED_S: Final = 90.0
_NARROW_S: Final = 120.0
"""The window that is waited for, and the one after it."""


class RequestSlot:
    """A request's turn: what it learns of the provider is for all that come after."""

    def __init__(
        self,
        model_id: str,
        pacing: ProviderBackoff,
        places: HostSlots,
        accepted: Callable[[str], None],
        key: str,
    ) -> None:
        self._model_id = model_id
        self._pacing = pacing
        self._places = places
        self._accepted = accepted
        self.key = key
        """The fingerprint of the key that the request is sent with."""

    def accepted(self) -> None:
        """Headers have come: the key is good."""
        self._accepted(self.key)

    def allowed(self, allowance: RateLimitRemaining) -> None:
        """Headers have said what is left."""
        self._pacing.allow(self._model_id, allowance)

    def hold(self, hold: Backoff, reason: Failure, *, narrow: bool) -> None:
        """The request has failed, and its siblings are to keep still for a while."""
        self._pacing.hold(self._model_id, hold, reason)
        if narrow:
            self._places.throttle(_NARROW_S)


class RequestScheduler:
    """The turns of all requests of all runs; `sleep` waits for seconds of `clock`."""

    def __init__(
        self,
        providers: Providers,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.requests_per_minute: int | None = None
        """To each provider; `None`: as many as it takes."""
        self.sleep = sleep
        self._providers = providers
        self._clock = clock
        self._places: dict[str, HostSlots] = {}
        self._pacing = ProviderBackoff(clock)
        self._minute = RequestRateLimit()
        self._scouts = KeyProbes(providers)

    @asynccontextmanager
    async def turn(
        self, model_id: str, watch: Stopwatch, tell: Callable[[Wait], None]
    ) -> AsyncGenerator[RequestSlot]:
        """Waits for the turn of one request to `model_id`; it lasts until its stream is closed.

        `watch` is given the time as queueing; `tell` hears of waits before they begin. Raises
        `ProviderError` where the model must not be asked at the moment.
        """
        provider, model = split_model_id(model_id)
        places = self.places(provider)
        loaded = self._loaded(provider) if self._providers.host(provider).local else None
        async with AsyncExitStack() as stack:
            with watch.queueing():
                await stack.enter_async_context(places.slot(model, loaded))
            await self._providers.prepare(provider)
            await self._providers.ready(provider)
            with watch.queueing():
                accepted = await stack.enter_async_context(self._scouts.probe_or_wait(provider))
                await self._wait_for_provider(model_id, tell)
                refused = self._providers.cooldown(model_id)
                if refused is not None:
                    _log.debug("the request is not sent: %s", refused.failure.message)
                    raise refused
                await self._wait_for_minute(provider, tell)
            self._pacing.sent(model_id)
            key = self._providers.fingerprint(provider)
            yield RequestSlot(model_id, self._pacing, places, accepted, key)

    def places(self, provider: str) -> HostSlots:
        """The places of a provider, as its settings are now."""
        host = self._providers.host(provider)
        places = self._places.setdefault(host.key, HostSlots(self._clock))
        places.total = host.places
        return places

    def _loaded(self, provider: str) -> Callable[[], Awaitable[Collection[str] | None]]:
        return lambda: self._providers.loaded_models(provider)

    async def _wait_for_provider(self, model_id: str, tell: Callable[[Wait], None]) -> None:
        until = self._clock() + _LONGEST_PACED_S
        while (pause := self._pacing.pause(model_id)) is not None and self._clock() < until:
            await self._wait(pause, tell)

    async def _wait_for_minute(self, provider: str, tell: Callable[[Wait], None]) -> None:
        while self.requests_per_minute is not None:
            seconds = await self._minute.take(provider, self.requests_per_minute)
            if seconds == 0:
                return
            reason = _minute_is_full(provider, self.requests_per_minute)
            await self._wait(Wait(seconds, reason, reason.message), tell)

    async def _wait(self, pause: Wait, tell: Callable[[Wait], None]) -> None:
        if pause.seconds > TOLD_FROM_S:
            tell(pause)
        _log.debug("the request waits %.2f s: %s", pause.seconds, pause.cause)
        await self.sleep(pause.seconds)


def _minute_is_full(provider: str, per_minute: int) -> Failure:
    requests = "1 request" if per_minute == 1 else f"{per_minute} requests"
    return Failure.of(
        "rate_limited",
        f"limits.requestsPerMinute allows {requests} a minute to {provider}.",
        hint="The request is sent as soon as the minute allows; raise the limit to send it sooner.",
        provider=provider,
    )

"""Schedules requests: each waits for a slot and for the limits that apply to it.

    a slot          providers that share a key or a port of this machine share their slots, and
                    so do servers that share limits
    the provider    a backoff after a request that failed, a rate limit that is used up
    the user        `limits.requestsPerMinute`
    a probe         the first request with a key that has not been accepted yet is sent alone

All of this counts as queueing, so that the time to the first token stays comparable. A wait of more
than a second is reported as it begins. Each wait ends at once if its pane is stopped.
"""

from __future__ import annotations

import logging
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

import anyio

from antiphon.engine.scheduling.backoff import AccountBackoff, Backoff, Wait
from antiphon.engine.scheduling.host_limits import HostLimits
from antiphon.engine.scheduling.key_probe import KeyProbes
from antiphon.model.failure import Failure
from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Collection

    from antiphon.engine.pane.answer_meter import Stopwatch
    from antiphon.engine.ports import Clock, Host, Providers
    from antiphon.engine.ports.deltas import RateLimitRemaining
    from antiphon.engine.scheduling.slots import HostSlots

_log = logging.getLogger(__name__)

REPORTED_FROM_S: Final = 1.0
_MAX_WAITED_S: Final = 90.0
_THROTTLED_S: Final = 120.0
"""Seconds with half of the slots: the rate limit's window of a minute, and the one after it."""


class RequestSlot:
    """The right to send one request, and to report what later requests must know."""

    def __init__(
        self,
        model_id: str,
        backoff: AccountBackoff,
        slots: HostSlots,
        accepted: Callable[[str], None],
        key: str,
    ) -> None:
        self._model_id = model_id
        self._backoff = backoff
        self._slots = slots
        self._accepted = accepted
        self.key = key
        """The fingerprint of the key that the request is sent with."""

    def accepted(self) -> None:
        """Reports that headers have arrived, so the provider has accepted the key."""
        self._accepted(self.key)

    def record_remaining(self, remaining: RateLimitRemaining) -> None:
        """Reports how many requests or tokens are left, by the headers."""
        self._backoff.record_remaining(self._model_id, remaining)

    def back_off(self, backoff: Backoff, reason: Failure, *, narrow: bool) -> None:
        """Reports that the request failed in a way that makes others back off.

        With `narrow`, the host's slots are halved for two minutes too.
        """
        self._backoff.back_off(self._model_id, backoff, reason)
        if narrow:
            self._slots.throttle(_THROTTLED_S)


class RequestScheduler:
    """Schedules all requests of all runs of one client. `sleep` waits for seconds of `clock`."""

    def __init__(
        self,
        providers: Providers,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        *,
        hosts: HostLimits | None = None,
        client: object = None,
    ) -> None:
        """Schedules by the limits of `hosts`, which the schedules of other clients may share."""
        self.requests_per_minute: int | None = None
        """The user's limit for each provider. `None`: no limit."""
        self.sleep = sleep
        self._providers = providers
        self._clock = clock
        self._client = client
        self._hosts = hosts or HostLimits(clock)
        self._probes = KeyProbes(providers)

    @asynccontextmanager
    async def request_slot(
        self,
        model_id: str,
        watch: Stopwatch,
        tell: Callable[[Wait], None],
        tell_queue: Callable[[int, int], None] = lambda _, __: None,
    ) -> AsyncGenerator[RequestSlot]:
        """Waits until one request to `model_id` may be sent, for the block.

        The block has a slot. `watch` counts the time as queueing, `tell` is called with each wait
        before it begins, and `tell_queue`, as `HostSlots.slot` does, if the host is busy.
        Raises `ProviderError` if the circuit breaker is open for the model.
        """
        provider, model = split_model_id(model_id)
        await self._providers.prepare(provider)  # its key tells whose slots these are
        host = self._providers.host(provider)
        slots = self.slots(host)
        backoff = self._hosts.backoff.of(host.key, self._client)
        loaded = self._loaded(provider) if host.local else None
        async with AsyncExitStack() as stack:
            with watch.queueing():
                await stack.enter_async_context(slots.slot(model, loaded, tell_queue, self._client))
                if self._hosts.shared is not None and host.shared_name:
                    shared = self._hosts.shared.slot(host.shared_name, slots.total, tell_queue)
                    await stack.enter_async_context(shared)
            await self._providers.ready(provider)
            with watch.queueing():
                accepted = await stack.enter_async_context(self._probes.probe_or_wait(provider))
                await self._wait_for_provider(model_id, backoff, tell)
                failure = self._providers.cooldown(model_id)
                if failure is not None:
                    _log.debug("the request is not sent: %s", failure.failure.message)
                    raise failure
                await self._wait_for_minute(provider, host, tell)
            backoff.count_request(model_id)
            key = self._providers.fingerprint(provider)
            yield RequestSlot(model_id, backoff, slots, accepted, key)

    def slots(self, host: Host) -> HostSlots:
        """Returns the slots at a host, with their number by the current settings."""
        slots = self._hosts.slots(host.key)
        slots.set_total(host.places, self._client)
        return slots

    def _loaded(self, provider: str) -> Callable[[], Awaitable[Collection[str] | None]]:
        return lambda: self._providers.loaded_models(provider)

    async def _wait_for_provider(
        self, model_id: str, backoff: AccountBackoff, tell: Callable[[Wait], None]
    ) -> None:
        until = self._clock() + _MAX_WAITED_S
        while (wait := backoff.find_wait(model_id)) is not None and self._clock() < until:
            await self._wait(wait, tell)

    async def _wait_for_minute(
        self, provider: str, host: Host, tell: Callable[[Wait], None]
    ) -> None:
        while self.requests_per_minute is not None:
            seconds = await self._hosts.take_request(provider, host, self.requests_per_minute)
            if seconds == 0:
                return
            reason = _minute_used_up(provider, self.requests_per_minute)
            await self._wait(Wait(seconds, reason, reason.message), tell)

    async def _wait(self, wait: Wait, tell: Callable[[Wait], None]) -> None:
        if wait.seconds > REPORTED_FROM_S:
            tell(wait)
        _log.debug("the request waits %.2f s: %s", wait.seconds, wait.cause)
        await self.sleep(wait.seconds)


def _minute_used_up(provider: str, per_minute: int) -> Failure:
    requests = "1 request" if per_minute == 1 else f"{per_minute} requests"
    return Failure.of(
        "rate_limited",
        f"limits.requestsPerMinute allows {requests} a minute to {provider}.",
        hint="The request is sent as soon as the limit allows. Raise the limit to send it sooner.",
        provider=provider,
    )

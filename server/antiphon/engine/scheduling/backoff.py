"""Decides how long requests wait, by what a provider answered to earlier ones.

Two things make a request wait before it is sent. A backoff: another request was asked to wait, or
met an overloaded provider, so a request now would only be refused as well. A rate limit that is
used up: the headers of the last answer gave how many requests or tokens are left, and until when.
"""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from antiphon.model.failure import Failure
from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from antiphon.engine.ports import Clock
    from antiphon.engine.ports.deltas import RateLimitRemaining

_log = logging.getLogger(__name__)

LONGEST_WAIT_S: Final = 60.0
"""The longest wait for a reset. After it the provider is asked, and may answer all the same."""
_MOST_IDLE: Final = 64
"""More accounts than these are known only after many clients with keys of their own."""


class Wait(Struct, frozen=True):
    """How long a request has to wait, and why."""

    seconds: float
    reason: Failure
    cause: str
    """The reason in our own words, for the log: a provider's may quote the prompt."""


class Backoff(Struct, frozen=True):
    """How long no request is sent after one failed, and how others are spread then."""

    least_s: float
    """Seconds in which no request is sent."""
    spread_s: float
    """Each request waits up to so many seconds more, at random."""
    whole_provider: bool
    """Whether it applies to all of the provider's models, or only to one."""


class _ActiveBackoff(Struct):
    until: float
    spread_s: float
    reason: Failure
    client: object
    """The client whose request failed: the reason may quote what it sent."""

    def reason_for(self, client: object, provider: str) -> Failure:
        """Returns the reason, in our own words for another client."""
        if client is self.client:
            return self.reason
        return Failure.of(
            self.reason.kind,
            f"{provider} asked another client with the same key to wait.",
            hint="The request is sent as soon as the provider allows more.",
            provider=provider,
        )


class _RateLimit(Struct):
    remaining: int
    until: float


class _State(Struct):
    backoffs: dict[str, _ActiveBackoff] = field(default_factory=dict[str, _ActiveBackoff])
    limits: dict[tuple[str, str], _RateLimit] = field(
        default_factory=dict[tuple[str, str], _RateLimit]
    )

    def values(self) -> Iterable[_ActiveBackoff | _RateLimit]:
        return (*self.backoffs.values(), *self.limits.values())


class ProviderBackoff:
    """The backoffs and rate limits of all accounts that are known."""

    def __init__(self, clock: Clock, jitter: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._jitter = jitter
        self._states: dict[str, _State] = {}

    def of(self, account: str, client: object = None) -> AccountBackoff:
        """Returns what `client` has to heed, and reports, at one account."""
        state = self._states.get(account)
        if state is None:
            if len(self._states) >= _MOST_IDLE:
                self._forget_past()
            state = self._states[account] = _State()
        return AccountBackoff(state, client, self._clock, self._jitter)

    def _forget_past(self) -> None:
        now = self._clock()
        for account, state in [*self._states.items()]:
            if all(each.until <= now for each in state.values()):
                del self._states[account]


class AccountBackoff:
    """The backoffs and rate limits of one account, as one client sees them."""

    def __init__(
        self, state: _State, client: object, clock: Clock, jitter: Callable[[], float]
    ) -> None:
        self._client = client
        self._clock = clock
        self._jitter = jitter
        self._backoffs = state.backoffs
        self._limits = state.limits

    def back_off(self, model_id: str, backoff: Backoff, reason: Failure) -> None:
        """Starts a backoff after a request failed in a way that concerns others too."""
        scope = split_model_id(model_id)[0] if backoff.whole_provider else model_id
        until = self._clock() + backoff.least_s
        active = self._backoffs.get(scope)
        if active is None or active.until < until:
            self._backoffs[scope] = _ActiveBackoff(until, backoff.spread_s, reason, self._client)
            _log.debug(
                "requests to %s wait %.1f s: one failed (%s)", scope, backoff.least_s, reason.kind
            )

    def record_remaining(self, model_id: str, reported: RateLimitRemaining) -> None:
        """Records how many requests or tokens are left, by the headers of an answer."""
        until = self._clock() + min(reported.reset_s, LONGEST_WAIT_S)
        self._limits[model_id, reported.of] = _RateLimit(reported.remaining, until)
        left = reported.remaining, reported.of, model_id, reported.reset_s
        _log.debug("the headers leave %d %s for %s, reset in %.1f s", *left)

    def count_request(self, model_id: str) -> None:
        """Counts a request that is about to be sent, until headers bring new numbers."""
        limit = self._limits.get((model_id, "requests"))
        if limit is not None:
            limit.remaining -= 1

    def find_wait(self, model_id: str) -> Wait | None:
        """Returns the longest wait for a request to the model now, or `None`."""
        now = self._clock()
        provider = split_model_id(model_id)[0]
        waits = [
            Wait(
                active.until - now + self._jitter() * active.spread_s,
                active.reason_for(self._client, provider),
                f"another request to {scope} failed ({active.reason.kind})",
            )
            for scope in (model_id, provider)
            if (active := self._backoffs.get(scope)) is not None and active.until > now
        ]
        waits += [
            Wait(limit.until - now, reason := _used_up_failure(model_id, what), reason.message)
            for what in ("requests", "tokens")
            if (limit := self._limits.get((model_id, what))) is not None
            and limit.remaining <= 0
            and limit.until > now
        ]
        return max(waits, key=lambda wait: wait.seconds, default=None)


def _used_up_failure(model_id: str, what: str) -> Failure:
    provider, model = split_model_id(model_id)
    return Failure.of(
        "rate_limited",
        f"{provider} allows no more {what} for {model} at the moment.",
        hint="The request is sent as soon as the provider allows more.",
        provider=provider,
    )

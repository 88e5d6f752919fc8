"""When a model may next be asked, by what its provider has said: to others of our requests, too.

Two things make a request wait before it is sent. A *hold*: a sibling was told to wait, or met an
overloaded provider, so asking now would only be refused as well. An *allowance* that is used up:
the headers of the last answer said how many requests or tokens are left until when.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from antiphon.model.failure import Failure
from antiphon.model.values.model_info import split_model_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.engine.ports import Clock
    from antiphon.engine.ports.deltas import RateLimitRemaining

_log = logging.getLogger(__name__)

LONGEST_WAIT_S: Final = 60.0
"""A reset that is further off is not waited for: the provider may know better when asked."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A request has to wait: how long, and why."""

    seconds: float
    reason: Failure
    cause: str
    """The reason in our own words, for the log: a provider's may quote the prompt."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """For how long the siblings of a failed request keep still; they come back spread out."""

    least_s: float
    spread_s: float
    whole_provider: bool
    """Otherwise the one model."""


@dataclass(slots=True)
class _Held:
    until: float
    spread_s: float
    reason: Failure


@dataclass(slots=True)
class _Left:
    remaining: int
    until: float


class ProviderBackoff:
    """What is known of every model's and every provider's patience."""

    def __init__(self, clock: Clock, jitter: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._jitter = jitter
        self._held: dict[str, _Held] = {}
        self._left: dict[tuple[str, str], _Left] = {}

    def hold(self, model_id: str, hold: Backoff, reason: Failure) -> None:
        """A request to the model has failed in a way that concerns its siblings as well."""
        scope = split_model_id(model_id)[0] if hold.whole_provider else model_id
        until = self._clock() + hold.least_s
        held = self._held.get(scope)
        if held is None or held.until < until:
            self._held[scope] = _Held(until, hold.spread_s, reason)
            _log.debug(
                "requests to %s wait %.1f s: one failed (%s)", scope, hold.least_s, reason.kind
            )

    def allow(self, model_id: str, allowance: RateLimitRemaining) -> None:
        """An answer's headers have said what is left."""
        until = self._clock() + min(allowance.reset_s, LONGEST_WAIT_S)
        self._left[model_id, allowance.of] = _Left(allowance.remaining, until)
        left = allowance.remaining, allowance.of, model_id, allowance.reset_s
        _log.debug("the headers leave %d %s for %s, reset in %.1f s", *left)

    def sent(self, model_id: str) -> None:
        """A request is about to leave; until the next headers come, it counts as one fewer."""
        left = self._left.get((model_id, "requests"))
        if left is not None:
            left.remaining -= 1

    def pause(self, model_id: str) -> Wait | None:
        """What a request to the model has to wait for now."""
        now = self._clock()
        pauses = [
            Wait(
                held.until - now + self._jitter() * held.spread_s,
                held.reason,
                f"another request to {scope} failed ({held.reason.kind})",
            )
            for scope in (model_id, split_model_id(model_id)[0])
            if (held := self._held.get(scope)) is not None and held.until > now
        ]
        pauses += [
            Wait(left.until - now, reason := _used_up(model_id, what), reason.message)
            for what in ("requests", "tokens")
            if (left := self._left.get((model_id, what))) is not None
            and left.remaining <= 0
            and left.until > now
        ]
        return max(pauses, key=lambda pause: pause.seconds, default=None)


def _used_up(model_id: str, what: str) -> Failure:
    provider, model = split_model_id(model_id)
    return Failure.of(
        "rate_limited",
        f"{provider} allows no more {what} for {model} at the moment.",
        hint="The request is sent as soon as there are some again.",
        provider=provider,
    )

"""Decides whether and when a failed request is sent again, and loops over attempts.

Only requests that have brought no text are ever sent again, and none is sent more than 90 seconds
after the first. docs/providers.md has the table. The first attempt is made directly; tenacity
runs the loop of the others, and is imported when there is one. Delays are "full jitter": anything
from nothing to the exponential bound, so that fifty clients that failed together do not come back
together.
"""

from __future__ import annotations

import logging
import math
import random
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.log_context import log_context
from antiphon.engine.ports.deltas import ProviderError
from antiphon.engine.scheduling.backoff import Backoff

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

    from antiphon.engine.ports import Clock
    from antiphon.model.failure import Failure, FailureKind

_log = logging.getLogger(__name__)

_LONGEST_WAIT_S: Final = 60.0
_LONGEST_TOTAL_S: Final = 90.0
_TOKEN_WINDOW_S: Final = 60.0
_TOLERANCE: Final = 0.1
"""The most by which a wait that the provider names is shortened or lengthened."""

_RETRIES: Final[dict[FailureKind, int]] = {
    "rate_limited": 2,
    "overloaded": 2,
    "server_error": 2,
    "network": 1,
    "timeout_connect": 1,
    "timeout_first_token": 1,
}
_CONFLICT_STATUSES: Final = frozenset({408, 409})
_ONE_REQUESTS_OVERLOAD: Final = frozenset({498, 503})
"""Statuses of `overloaded` that concern one model: a tier's capacity, a model that is loading."""
_OVERLOAD_FACTOR: Final = 4


class RetryLimits(Struct, frozen=True):
    """The user's settings of the policy."""

    max_attempts: int = 3
    base_delay_s: float = 0.5
    max_delay_s: float = 8.0


class FailedAttempt(Struct, frozen=True):
    """What is known about a failed attempt."""

    number: int
    """1 for the first request."""
    error: ProviderError
    connected: bool
    """Whether headers had arrived."""
    elapsed_s: float
    """Since the first request was sent."""


class Delay(Struct, frozen=True):
    """A wait that is `least_s` long and up to `spread_s` longer, by chance."""

    least_s: float
    spread_s: float

    def drawn(self, jitter: Callable[[], float] = random.random) -> float:
        """Draws one wait, with `jitter` giving numbers in [0, 1)."""
        return self.least_s + jitter() * self.spread_s


def delay_before_retry(
    attempted: FailedAttempt, limits: RetryLimits, jitter: Callable[[], float] = random.random
) -> float | None:
    """Returns the seconds before the next attempt, or `None` for none.

    `jitter` gives numbers in [0, 1).
    """
    failure = attempted.error.failure
    allowed = 1 if failure.http_status in _CONFLICT_STATUSES else _RETRIES.get(failure.kind, 0)
    if (
        attempted.error.wait_hint == "never"
        or attempted.number > min(allowed, limits.max_attempts - 1)
        or (failure.kind == "timeout_first_token" and attempted.connected)
    ):
        return None
    delay = delay_of(attempted.error, attempted.number, limits)
    if delay is None:
        return None
    seconds = delay.drawn(jitter)
    return None if attempted.elapsed_s + seconds > _LONGEST_TOTAL_S else seconds


def delay_of(error: ProviderError, number: int, limits: RetryLimits) -> Delay | None:
    """Returns the wait after the `number`-th attempt, or `None` if it is too long."""
    failure = error.failure
    if failure.retry_after_ms is not None:
        asked = failure.retry_after_ms / 1000
        return None if asked > _LONGEST_WAIT_S else Delay(asked, asked * _TOLERANCE)
    if error.wait_hint == "tokens":
        return Delay(_TOKEN_WINDOW_S * (1 - _TOLERANCE), _TOKEN_WINDOW_S * _TOLERANCE)
    bound = min(limits.max_delay_s, limits.base_delay_s * 2 ** (number - 1))
    if _is_wide_overload(failure):
        bound = min(limits.max_delay_s, bound * _OVERLOAD_FACTOR)
        return Delay(bound / 2, bound / 2)
    return Delay(0.0, bound)


def backoff_for_siblings(error: ProviderError, number: int, limits: RetryLimits) -> Backoff | None:
    """Returns how long other requests must wait too, or `None` if not at all.

    An overload concerns all of a provider's models; a wait that the provider names, and a limit of
    tokens, concern one model.
    """
    failure = error.failure
    wide = _is_wide_overload(failure)
    named = failure.retry_after_ms is not None and failure.kind in {"rate_limited", "overloaded"}
    if not (wide or named or is_token_limit(error)):
        return None
    delay = delay_of(error, number, limits)
    return None if delay is None else Backoff(delay.least_s, delay.spread_s, whole_provider=wide)


def is_token_limit(error: ProviderError) -> bool:
    """Checks whether a limit of tokens was exceeded, not one of requests."""
    return error.wait_hint == "tokens"


def with_time_to_wait(failure: Failure) -> Failure:
    """Adds the time to wait to the failure's hint, if we do not wait ourselves."""
    if failure.retry_after_ms is None or failure.retry_after_ms <= _LONGEST_WAIT_S * 1000:
        return failure
    minutes = math.ceil(failure.retry_after_ms / 60_000)
    shown = f"{minutes} minutes" if minutes < 120 else f"{math.ceil(minutes / 60)} hours"
    return failure.model_copy(
        update={"hint": f"It can be asked again in {shown}; regenerate this answer then."}
    )


def _is_wide_overload(failure: Failure) -> bool:
    return failure.kind == "overloaded" and failure.http_status not in _ONE_REQUESTS_OVERLOAD


class RetryLoop:
    """Counts one pane's attempts, and retries.

    `announce(attempt, delay_s, failure)` is called before each wait; `sleep` waits for seconds of
    `clock`.
    """

    def __init__(
        self,
        limits: RetryLimits,
        announce: Callable[[int, float, Failure], None],
        sleep: Callable[[float], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._limits = limits
        self._announce = announce
        self._sleep = sleep
        self._clock = clock
        self._first_sent: float | None = None
        self._next_delay = 0.0
        self.attempts = 0
        self.connected = False
        self.has_text = False

    async def run(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Calls `attempt` until it returns, or raises its last error."""
        try:
            await self._once(attempt)
        except ProviderError as problem:
            if not self._may_retry(problem):
                raise
            first = problem
        else:
            return
        self._announce(self.attempts + 1, self._next_delay, first.failure)
        await self._sleep(self._next_delay)
        await self._again(attempt)

    async def _again(self, attempt: Callable[[], Awaitable[None]]) -> None:
        # Most answers come at once, and the import would slow down every start.
        from tenacity import AsyncRetrying, retry_if_exception  # noqa: PLC0415 - after a failure

        loop = AsyncRetrying(
            retry=retry_if_exception(self._may_retry),
            wait=self._wait,
            before_sleep=self._before_sleep,
            sleep=self._sleep,
            reraise=True,
        )
        await loop(self._once, attempt)

    def sent(self) -> None:
        """Notes that a request is sent, from which the time of retries counts."""
        if self._first_sent is None:
            self._first_sent = self._clock()

    async def _once(self, attempt: Callable[[], Awaitable[None]]) -> None:
        self.attempts += 1
        self.connected = False
        with log_context(attempt=str(self.attempts)):
            await attempt()

    def _may_retry(self, problem: BaseException) -> bool:
        if not isinstance(problem, ProviderError):
            return False
        if self.has_text:
            _log.debug("not tried again: text has arrived")
            return False
        elapsed_s = 0.0 if self._first_sent is None else self._clock() - self._first_sent
        attempted = FailedAttempt(self.attempts, problem, self.connected, elapsed_s)
        delay = delay_before_retry(attempted, self._limits)
        log_retry_decision(attempted, delay, self._limits)
        self._next_delay = delay or 0.0
        return delay is not None

    def _wait(self, _state: RetryCallState) -> float:
        return self._next_delay

    def _before_sleep(self, state: RetryCallState) -> None:
        problem = state.outcome.exception() if state.outcome else None
        if isinstance(problem, ProviderError):
            self._announce(self.attempts + 1, self._next_delay, problem.failure)


def log_retry_decision(attempted: FailedAttempt, delay: float | None, limits: RetryLimits) -> None:
    """Logs whether a failed request is sent again, and why not."""
    failure = attempted.error.failure
    facts = f"attempt {attempted.number} failed ({failure.kind}, status {failure.http_status})"
    if delay is not None:
        _log.debug("tried again in %.2f s: %s", delay, facts)
        return
    allowed = 1 if failure.http_status in _CONFLICT_STATUSES else _RETRIES.get(failure.kind, 0)
    why = "the wait would be too long"
    if attempted.error.wait_hint == "never":
        why = "waiting does not help"
    elif not allowed:
        why = "this kind of failure is never tried again"
    elif attempted.number > min(allowed, limits.max_attempts - 1):
        why = "no attempt is left"
    elif failure.kind == "timeout_first_token" and attempted.connected:
        why = "the provider had accepted the request"
    _log.debug("not tried again, %s: %s", why, facts)

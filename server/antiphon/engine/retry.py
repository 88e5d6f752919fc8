"""Whether and when a failed request is sent again: the policy, and the one loop that follows it.

Only requests that have brought no text are ever sent again. The rows stand in docs/providers.md;
tenacity runs the loop. Delays are "full jitter": anything from nothing to the exponential bound,
so that fifty clients that failed together do not come back together.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from antiphon.engine.deltas import ProviderError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.model.failure import FailureKind

_LONGEST_WAIT_S: Final = 60.0
_LONGEST_TOTAL_S: Final = 90.0
_TOKEN_WINDOW_S: Final = 60.0

_RETRIES: Final[dict[FailureKind, int]] = {
    "rate_limited": 2,
    "overloaded": 2,
    "server_error": 2,
    "network": 1,
    "timeout_connect": 1,
    "timeout_first_token": 1,
}
_CONFLICT_STATUSES: Final = frozenset({408, 409})
_OVERLOAD_FACTOR: Final = 4


@dataclass(frozen=True, slots=True)
class RetryLimits:
    """The person's settings of the policy."""

    max_attempts: int = 3
    base_delay_s: float = 0.5
    max_delay_s: float = 8.0


@dataclass(frozen=True, slots=True)
class Attempted:
    """What is known of a failed attempt."""

    number: int
    """1 for the first request."""
    error: ProviderError
    connected: bool
    """Headers had arrived."""
    waited_s: float
    """Spent waiting between attempts so far."""


def delay_before_retry(
    attempted: Attempted, limits: RetryLimits, jitter: Callable[[], float] = random.random
) -> float | None:
    """Seconds to wait before the next attempt, or `None` where there must be none.

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
    delay = _delay(attempted, limits, jitter)
    if delay is None or attempted.waited_s + delay > _LONGEST_TOTAL_S:
        return None
    return delay


def _delay(attempted: Attempted, limits: RetryLimits, jitter: Callable[[], float]) -> float | None:
    failure = attempted.error.failure
    if failure.retry_after_ms is not None:
        asked = failure.retry_after_ms / 1000
        return None if asked > _LONGEST_WAIT_S else asked * (1 + jitter() / 10)
    if attempted.error.wait_hint == "tokens":
        return _TOKEN_WINDOW_S * (1 - jitter() / 10)
    bound = min(limits.max_delay_s, limits.base_delay_s * 2 ** (attempted.number - 1))
    if failure.kind == "overloaded":
        bound = min(limits.max_delay_s, bound * _OVERLOAD_FACTOR)
    return bound * jitter()


class Retrying:
    """One pane's attempts: how many there were, and what was waited for.

    `announce(attempt, delay_s, error)` is told of each wait before it begins.
    """

    def __init__(
        self,
        limits: RetryLimits,
        announce: Callable[[int, float, ProviderError], None],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._limits = limits
        self._announce = announce
        self._sleep = sleep
        self._waited_s = 0.0
        self._next_delay = 0.0
        self.attempts = 0
        self.connected = False
        self.has_text = False

    async def run(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Calls `attempt` until it returns or its error must not be tried again; raises that."""
        loop = AsyncRetrying(
            retry=retry_if_exception(self._may_retry),
            wait=self._wait,
            before_sleep=self._before_sleep,
            sleep=self._sleep,
            reraise=True,
        )
        await loop(self._once, attempt)

    async def _once(self, attempt: Callable[[], Awaitable[None]]) -> None:
        self.attempts += 1
        self.connected = False
        await attempt()

    def _may_retry(self, problem: BaseException) -> bool:
        if not isinstance(problem, ProviderError) or self.has_text:
            return False
        attempted = Attempted(self.attempts, problem, self.connected, self._waited_s)
        delay = delay_before_retry(attempted, self._limits)
        self._next_delay = delay or 0.0
        return delay is not None

    def _wait(self, _state: RetryCallState) -> float:
        self._waited_s += self._next_delay
        return self._next_delay

    def _before_sleep(self, state: RetryCallState) -> None:
        problem = state.outcome.exception() if state.outcome else None
        if isinstance(problem, ProviderError):
            self._announce(self.attempts + 1, self._next_delay, problem)

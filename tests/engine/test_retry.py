"""The policy table of retries, row by row, and the loop that follows it."""

from __future__ import annotations

import asyncio
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.deltas import ProviderError
from antiphon.engine.retry import Attempted, Retrying, RetryLimits, delay_before_retry
from antiphon.model.failure import FAILURE_KINDS, Failure

LIMITS = RetryLimits()
NONE, HALF, MOST = 0.0, 0.5, 1 - 2**-53


def problem(kind: str, status: int | None = None, after_ms: int | None = None, hint=None):
    failure = Failure.of(kind, http_status=status, retry_after_ms=after_ms)
    return ProviderError(failure, wait_hint=hint)


def delay(
    error: ProviderError,
    number: int = 1,
    *,
    jitter: float = MOST,
    connected: bool = False,
    waited: float = 0.0,
    limits: RetryLimits = LIMITS,
) -> float | None:
    attempted = Attempted(number, error, connected, waited)
    return delay_before_retry(attempted, limits, lambda: jitter)


NEVER = {
    "400 invalid": problem("bad_request", 400),
    "422": problem("bad_request", 422),
    "context length": problem("context_length", 400),
    "401": problem("authentication", 401),
    "403": problem("permission", 403),
    "404 model": problem("model_not_found", 404),
    "413 body": problem("bad_request", 413),
    "content filter": problem("content_filter", 400),
    "429 with Retry-After over a minute": problem("rate_limited", 429, 60_001),
    "429 spend limit": problem("rate_limited", 429, hint="never"),
    "429 insufficient quota": problem("quota", 429),
    "quota though it says when": problem("quota", 429, 1_000),
    "TLS": problem("network", hint="never"),
    "refused on this machine": problem("network", hint="never"),
    "end never confirmed": problem("malformed_stream"),
    "HTML in a 200": problem("malformed_stream", 200),
    "idle": problem("timeout_idle"),
    "total": problem("timeout_total"),
    "broken off": problem("interrupted"),
    "a fault of ours": problem("internal"),
}


@pytest.mark.parametrize("error", NEVER.values(), ids=NEVER)
@pytest.mark.parametrize("connected", [False, True], ids=["before headers", "after headers"])
def test_what_asking_again_cannot_help_is_not_asked_again(error, connected):
    assert delay(error, connected=connected) is None


TIMES = {
    "408": (problem("timeout_first_token", 408), 1),
    "408 as a server error": (problem("server_error", 408), 1),
    "409": (problem("conflict", 409), 1),
    "429 with Retry-After": (problem("rate_limited", 429, 1_000), 2),
    "429 without": (problem("rate_limited", 429), 2),
    "498 flex capacity": (problem("overloaded", 498), 2),
    "500": (problem("server_error", 500), 2),
    "502": (problem("server_error", 502), 2),
    "503": (problem("overloaded", 503), 2),
    "529": (problem("overloaded", 529), 2),
    "DNS": (problem("network"), 1),
    "no connection in time": (problem("timeout_connect"), 1),
    "no headers in time": (problem("timeout_first_token"), 1),
}


@pytest.mark.parametrize(("error", "retries"), TIMES.values(), ids=TIMES)
def test_what_often_passes_is_asked_again_so_many_times(error, retries):
    allowed = [delay(error, number) is not None for number in range(1, 5)]
    assert allowed == [True] * retries + [False] * (4 - retries)


def test_a_rate_limit_after_headers_is_retried_too():
    assert delay(problem("rate_limited", 429, 1_000), connected=True) is not None
    assert delay(problem("server_error", 500), connected=True) is not None


def test_a_model_that_connected_and_then_said_nothing_is_not_asked_again():
    assert delay(problem("timeout_first_token"), connected=True) is None


@pytest.mark.parametrize("seconds", [0, 1, 20, 60])
@pytest.mark.parametrize("jitter", [NONE, HALF, MOST])
def test_retry_after_is_kept_to_with_up_to_a_tenth_more(seconds, jitter):
    waited = delay(problem("rate_limited", 429, seconds * 1_000), jitter=jitter)
    assert waited == pytest.approx(seconds * (1 + jitter / 10))
    assert waited >= seconds


def test_a_limit_of_tokens_a_minute_waits_about_that_window_and_never_longer():
    error = problem("rate_limited", 429, hint="tokens")
    assert delay(error, jitter=NONE) == 60
    assert 50 < delay(error, jitter=MOST) <= 60


@pytest.mark.parametrize(
    ("kind", "bounds"),
    [("server_error", [0.5, 1.0]), ("rate_limited", [0.5, 1.0]), ("overloaded", [2.0, 4.0])],
)
def test_delays_are_anything_below_a_bound_that_doubles(kind, bounds):
    for number, bound in enumerate(bounds, start=1):
        assert delay(problem(kind, 503), number, jitter=NONE) == 0
        assert delay(problem(kind, 503), number, jitter=HALF) == pytest.approx(bound / 2)
        assert delay(problem(kind, 503), number, jitter=MOST) == pytest.approx(bound)


def test_no_delay_of_our_own_is_longer_than_the_setting():
    limits = RetryLimits(max_attempts=9, base_delay_s=5, max_delay_s=8)
    for number in (1, 2):
        assert delay(problem("overloaded"), number, limits=limits) <= 8
        assert delay(problem("server_error"), number, limits=limits) <= 8


@pytest.mark.parametrize(("max_attempts", "retries"), [(1, 0), (2, 1), (3, 2), (9, 2)])
def test_the_setting_can_lower_the_number_of_attempts_but_not_raise_it(max_attempts, retries):
    limits = RetryLimits(max_attempts=max_attempts)
    error = problem("server_error", 500)
    numbers = [n for n in range(1, 10) if delay(error, n, limits=limits) is not None]
    assert len(numbers) == retries


def test_all_waits_together_are_never_longer_than_a_minute_and_a_half():
    minute = problem("rate_limited", 429, 60_000)
    assert delay(minute, 1, jitter=MOST) == pytest.approx(66)
    assert delay(minute, 2, jitter=NONE, waited=66) is None
    assert delay(problem("rate_limited", 429, 20_000), 2, jitter=NONE, waited=66) == 20
    assert delay(problem("rate_limited", 429, 24_001), 2, jitter=NONE, waited=66) is None


@given(
    st.sampled_from(FAILURE_KINDS),
    st.sampled_from([None, 400, 408, 409, 429, 500, 529]),
    st.none() | st.integers(0, 10**6),
    st.sampled_from([None, "tokens", "never"]),
    st.floats(0, 1, exclude_max=True),
)
def test_whatever_fails_the_waits_end(kind, status, after_ms, hint, jitter):
    waited, number = 0.0, 1
    while (
        pause := delay(problem(kind, status, after_ms, hint), number, jitter=jitter, waited=waited)
    ) is not None:
        assert pause >= 0
        waited, number = waited + pause, number + 1
    assert number <= 3
    assert waited <= 90


def test_fifty_clients_that_failed_together_do_not_come_back_together():
    for error in (problem("server_error", 503), problem("overloaded", 529)):
        bound = delay(error, jitter=MOST)
        waits = [delay_before_retry(Attempted(1, error, False, 0.0), LIMITS) for _ in range(50)]
        assert pstdev(waits) > bound / 10


class Loop:
    """A retry loop whose attempts fail by a list, and whose waits take no time."""

    def __init__(self, *outcomes: ProviderError | None) -> None:
        self.outcomes = list(outcomes)
        self.announced: list[tuple[int, float, str]] = []
        self.slept: list[float] = []
        self.retrying = Retrying(LIMITS, self._announce, self._sleep)

    def _announce(self, attempt: int, delay_s: float, error: ProviderError) -> None:
        self.announced.append((attempt, delay_s, error.failure.kind))

    async def _sleep(self, seconds: float) -> None:
        assert len(self.announced) == len(self.slept) + 1, "a wait is told before it begins"
        self.slept.append(seconds)

    async def run(self) -> None:
        async def attempt() -> None:
            outcome = self.outcomes.pop(0)
            if outcome is not None:
                raise outcome

        await self.retrying.run(attempt)


async def test_an_attempt_that_works_is_the_only_one():
    loop = Loop(None)
    await loop.run()
    assert (loop.retrying.attempts, loop.slept) == (1, [])


async def test_every_wait_is_announced_with_its_attempt_and_its_reason():
    loop = Loop(problem("rate_limited", 429, 1_000), problem("server_error", 500), None)
    await loop.run()
    assert loop.retrying.attempts == 3
    assert [(attempt, kind) for attempt, _, kind in loop.announced] == [
        (2, "rate_limited"),
        (3, "server_error"),
    ]
    assert [pause for _, pause, _ in loop.announced] == loop.slept
    assert 1 <= loop.slept[0] <= 1.1


async def test_the_last_failure_is_the_one_that_is_told():
    last = problem("overloaded", 529)
    loop = Loop(problem("server_error", 500), problem("server_error", 500), last)
    with pytest.raises(ProviderError) as caught:
        await loop.run()
    assert caught.value is last
    assert loop.retrying.attempts == 3


async def test_waits_are_added_up_over_the_attempts():
    loop = Loop(*[problem("rate_limited", 429, 50_000)] * 3)
    with pytest.raises(ProviderError):
        await loop.run()
    assert len(loop.slept) == 1


async def test_an_answer_that_has_text_is_never_asked_for_again():
    loop = Loop(problem("server_error", 500), None)
    loop.retrying.has_text = True
    with pytest.raises(ProviderError):
        await loop.run()
    assert loop.slept == []


async def test_headers_of_an_earlier_attempt_do_not_count_for_a_later_one():
    retrying = Retrying(LIMITS, lambda *_: None, lambda _: asyncio.sleep(0))
    seen: list[bool] = []

    async def attempt() -> None:
        seen.append(retrying.connected)
        retrying.connected = True
        if len(seen) < 3:
            raise problem("server_error", 500)

    await retrying.run(attempt)
    assert seen == [False, False, False]


async def test_a_bug_is_not_a_failure_of_the_provider():
    calls: list[int] = []

    async def attempt() -> None:
        calls.append(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Loop().retrying.run(attempt)
    assert len(calls) == 1


async def test_a_wait_can_be_cancelled():
    waiting = asyncio.Event()

    async def wait(_: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async def attempt() -> None:
        raise problem("overloaded", 529)

    retrying = Retrying(LIMITS, lambda *_: None, wait)
    task = asyncio.ensure_future(retrying.run(attempt))
    async with asyncio.timeout(10):
        await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert retrying.attempts == 1

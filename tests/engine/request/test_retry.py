"""The policy table of retries, row by row: how often, and after which waits."""

from __future__ import annotations

from statistics import mean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.ports.deltas import ProviderError
from antiphon.engine.request.retry import (
    FailedAttempt,
    RetryLimits,
    backoff_for_siblings,
    delay_before_retry,
    with_time_to_wait,
)
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
    elapsed: float = 0.0,
    limits: RetryLimits = LIMITS,
) -> float | None:
    attempted = FailedAttempt(number, error, connected, elapsed)
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
    assert delay(error, jitter=NONE) == 54
    assert 54 < delay(error, jitter=MOST) <= 60


@pytest.mark.parametrize(
    ("kind", "status"), [("server_error", 500), ("rate_limited", 429), ("overloaded", 503)]
)
def test_delays_are_anything_below_a_bound_that_doubles(kind, status):
    for number, bound in enumerate([0.5, 1.0], start=1):
        assert delay(problem(kind, status), number, jitter=NONE) == 0
        assert delay(problem(kind, status), number, jitter=HALF) == pytest.approx(bound / 2)
        assert delay(problem(kind, status), number, jitter=MOST) == pytest.approx(bound)


@pytest.mark.parametrize("status", [529, None])
def test_a_provider_that_is_overloaded_as_a_whole_is_left_alone_for_longer(status):
    for number, bound in enumerate([2.0, 4.0], start=1):
        assert delay(problem("overloaded", status), number, jitter=NONE) == bound / 2
        assert delay(problem("overloaded", status), number, jitter=MOST) == pytest.approx(bound)


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


def test_nothing_is_sent_more_than_a_minute_and_a_half_after_the_first_request():
    minute = problem("rate_limited", 429, 60_000)
    assert delay(minute, 1, jitter=MOST) == pytest.approx(66)
    assert delay(minute, 2, jitter=NONE, elapsed=66) is None
    assert delay(problem("rate_limited", 429, 20_000), 2, jitter=NONE, elapsed=66) == 20
    assert delay(problem("rate_limited", 429, 24_001), 2, jitter=NONE, elapsed=66) is None
    assert delay(problem("timeout_first_token"), 1, elapsed=60) is not None
    assert delay(problem("timeout_first_token"), 1, elapsed=300) is None


@given(
    st.sampled_from(FAILURE_KINDS),
    st.sampled_from([None, 400, 408, 409, 429, 500, 529]),
    st.none() | st.integers(0, 10**6),
    st.sampled_from([None, "tokens", "never"]),
    st.floats(0, 1, exclude_max=True),
)
def test_whatever_fails_the_waits_end(kind, status, after_ms, hint, jitter):
    elapsed, number = 0.0, 1
    error = problem(kind, status, after_ms, hint)
    while (pause := delay(error, number, jitter=jitter, elapsed=elapsed)) is not None:
        assert pause >= 0
        elapsed, number = elapsed + pause, number + 1
    assert number <= 3
    assert elapsed <= 90


@pytest.mark.parametrize("kind", ["rate_limited", "server_error", "overloaded", "network"])
def test_fifty_clients_that_failed_together_do_not_come_back_together(kind):
    error = problem(kind)
    for number in (1, 2) if kind != "network" else (1,):
        attempted = FailedAttempt(number, error, False, 0.0)
        waits = [delay_before_retry(attempted, LIMITS) for _ in range(50)]
        assert pstdev(waits) > mean(waits) / 10


def hold(error: ProviderError, number: int = 1):
    found = backoff_for_siblings(error, number, LIMITS)
    return found and (found.least_s, found.spread_s, found.whole_provider)


def test_an_overloaded_provider_is_spared_by_all_of_its_models():
    assert hold(problem("overloaded", 529)) == (1.0, 1.0, True)
    assert hold(problem("overloaded", 529), 2) == (2.0, 2.0, True)
    assert hold(problem("overloaded", 529, 3_000)) == (3.0, pytest.approx(0.3), True)


def test_a_wait_that_is_named_and_a_limit_of_tokens_are_a_models_own():
    assert hold(problem("rate_limited", 429, 20_000)) == (20.0, 2.0, False)
    assert hold(problem("overloaded", 503, 1_000)) == (1.0, pytest.approx(0.1), False)
    assert hold(problem("rate_limited", 429, hint="tokens")) == (54.0, 6.0, False)


@pytest.mark.parametrize(
    "error",
    [
        problem("rate_limited", 429),
        problem("rate_limited", 429, 90_000),
        problem("server_error", 500),
        problem("overloaded", 498),
        problem("authentication", 401),
        problem("quota", 429, 1_000, hint="never"),
        problem("network"),
    ],
)
def test_other_failures_are_no_concern_of_the_siblings(error):
    assert hold(error) is None


@pytest.mark.parametrize(
    ("after_ms", "shown"),
    [(90_000, "2 minutes"), (300_000, "5 minutes"), (36_000_000, "10 hours")],
)
def test_a_wait_that_is_too_long_for_us_is_told_to_the_person(after_ms, shown):
    failure = with_time_to_wait(Failure.of("rate_limited", retry_after_ms=after_ms))
    assert shown in failure.hint


@pytest.mark.parametrize("after_ms", [None, 0, 60_000])
def test_other_failures_keep_their_hint(after_ms):
    failure = Failure.of("rate_limited", retry_after_ms=after_ms)
    assert with_time_to_wait(failure) is failure

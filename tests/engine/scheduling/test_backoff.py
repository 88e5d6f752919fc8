"""What a request waits for because of what its provider has said to others."""

from __future__ import annotations

from statistics import pstdev

import pytest

from antiphon.engine.ports.deltas import RateLimitRemaining
from antiphon.engine.scheduling.backoff import AccountBackoff, Backoff, ProviderBackoff
from antiphon.model.failure import Failure

A, B, OTHER = "work/a", "work/b", "home/a"
BUSY = Failure.of("overloaded", "Too much.")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacing(clock: Clock) -> AccountBackoff:
    return ProviderBackoff(clock, jitter=lambda: 0.5).of("an account")


def seconds(pacing: AccountBackoff, *model_ids: str) -> list[float | None]:
    pauses = [pacing.find_wait(model_id) for model_id in model_ids]
    return [pause and pytest.approx(pause.seconds) for pause in pauses]


def test_at_first_nobody_waits(pacing):
    assert seconds(pacing, A, OTHER) == [None, None]


def test_a_hold_of_a_model_is_its_own_and_ends(pacing, clock):
    pacing.back_off(A, Backoff(10, 0, whole_provider=False), BUSY)
    assert seconds(pacing, A, B, OTHER) == [10, None, None]
    clock.now += 10
    assert seconds(pacing, A) == [None]


def test_a_hold_of_a_provider_is_for_all_of_its_models(pacing):
    pacing.back_off(A, Backoff(10, 0, whole_provider=True), BUSY)
    assert seconds(pacing, A, B, OTHER) == [10, 10, None]
    pause = pacing.find_wait(B)
    assert pause is not None
    assert pause.reason is BUSY


def test_of_two_holds_the_longer_one_counts(pacing):
    pacing.back_off(A, Backoff(10, 0, whole_provider=False), BUSY)
    pacing.back_off(A, Backoff(4, 0, whole_provider=False), BUSY)
    assert seconds(pacing, A) == [10]
    pacing.back_off(A, Backoff(11, 0, whole_provider=False), BUSY)
    assert seconds(pacing, A) == [11]
    pacing.back_off(A, Backoff(12, 0, whole_provider=True), BUSY)
    assert seconds(pacing, A) == [12]


def test_siblings_come_back_spread_out(clock):
    pacing = ProviderBackoff(clock).of("an account")
    pacing.back_off(A, Backoff(2, 2, whole_provider=True), BUSY)
    waits = [pause.seconds for _ in range(50) if (pause := pacing.find_wait(A))]
    assert all(2 <= wait < 4 for wait in waits)
    assert pstdev(waits) > 0.1 * 3


def test_an_allowance_that_is_used_up_is_waited_for_until_its_reset(pacing, clock):
    pacing.record_remaining(A, RateLimitRemaining("tokens", 0, 7.5))
    assert seconds(pacing, A, B) == [7.5, None]
    pause = pacing.find_wait(A)
    assert pause is not None
    assert (pause.reason.kind, "tokens" in pause.reason.message) == ("rate_limited", True)
    clock.now += 7.5
    assert seconds(pacing, A) == [None]


def test_requests_that_were_sent_since_count(pacing):
    pacing.record_remaining(A, RateLimitRemaining("requests", 2, 30))
    pacing.count_request(A)
    assert seconds(pacing, A) == [None]
    pacing.count_request(A)
    assert seconds(pacing, A) == [30]
    pacing.record_remaining(A, RateLimitRemaining("requests", 5, 20))
    assert seconds(pacing, A) == [None]


def test_a_reset_that_is_hours_off_is_waited_for_a_minute(pacing, clock):
    pacing.record_remaining(A, RateLimitRemaining("requests", 0, 7200))
    assert seconds(pacing, A) == [60]
    clock.now += 60
    assert seconds(pacing, A) == [None]


def test_what_was_never_allowed_is_not_counted(pacing):
    pacing.count_request(A)
    assert seconds(pacing, A) == [None]


def test_clients_with_one_account_wait_for_each_other_and_others_do_not(clock):
    known = ProviderBackoff(clock, jitter=lambda: 0.5)
    known.of("account", "one").back_off(A, Backoff(10, 0, whole_provider=True), BUSY)
    known.of("account", "one").record_remaining(B, RateLimitRemaining("requests", 0, 30))
    assert seconds(known.of("account", "other"), A, B) == [10, 30]
    assert seconds(known.of("other account", "one"), A, B) == [None, None]


def test_a_client_is_not_shown_what_a_provider_wrote_to_another(clock):
    known = ProviderBackoff(clock)
    known.of("account", "one").back_off(A, Backoff(10, 0, whole_provider=True), BUSY)
    own, other = (known.of("account", name).find_wait(A) for name in ("one", "other"))
    assert own is not None
    assert other is not None
    assert own.reason is BUSY
    assert (other.reason.kind, other.reason.provider) == ("overloaded", "work")
    assert BUSY.message not in f"{other.reason.message} {other.cause}"

"""The user's own limit: so many requests to a provider in any sixty seconds."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from antiphon.engine.scheduling.rate_limit import RequestRateLimit


@pytest.fixture
def clock() -> SimpleNamespace:
    """A clock that is moved by hand."""
    return SimpleNamespace(now=1_000.0)


@pytest.fixture
def limit(clock: SimpleNamespace) -> RequestRateLimit:
    return RequestRateLimit(lambda: clock.now)


def test_so_many_leave_at_once_and_the_next_learns_how_long_to_wait(limit, clock):
    assert [limit.take("work", 2) for _ in range(2)] == [0, 0]
    clock.now += 20
    assert limit.take("work", 2) == pytest.approx(40)
    clock.now += 40
    assert limit.take("work", 2) == 0


def test_the_window_moves_and_does_not_start_again_each_minute(limit, clock):
    assert limit.take("work", 2) == 0
    clock.now += 50
    assert limit.take("work", 2) == 0
    clock.now += 11
    assert limit.take("work", 2) == 0
    assert limit.take("work", 2) == pytest.approx(49)


def test_a_request_leaves_after_exactly_the_wait_that_was_returned(limit, clock):
    clock.now = 0.1  # a time that binary fractions only approach
    limit.take("work", 1)
    clock.now += 0.7
    clock.now += limit.take("work", 1)
    assert limit.take("work", 1) == pytest.approx(0, abs=1e-9)


def test_every_provider_has_a_minute_of_its_own(limit):
    assert [limit.take(name, 1) for name in ("work", "home")] == [0, 0]
    assert limit.take("work", 1) > 0


def test_who_waits_takes_nothing(limit, clock):
    limit.take("work", 1)
    for _ in range(5):
        limit.take("work", 1)
    clock.now += 60.1
    assert limit.take("work", 1) == 0


def test_requests_of_the_same_moment_are_counted_one_by_one(limit):
    waits = [limit.take("work", 3) for _ in range(8)]
    assert [wait > 0 for wait in waits] == [False] * 3 + [True] * 5


def test_a_limit_that_was_lowered_waits_until_fewer_are_in_the_window(limit, clock):
    for _ in range(4):
        assert limit.take("work", 4) == 0
        clock.now += 10
    assert limit.take("work", 2) == pytest.approx(40)  # the third of them must be gone
    clock.now += 40
    assert limit.take("work", 2) == 0


def test_a_limit_that_was_raised_lets_more_leave_at_once(limit):
    assert limit.take("work", 1) == 0
    assert limit.take("work", 1) > 0
    assert [limit.take("work", 3) for _ in range(2)] == [0, 0]

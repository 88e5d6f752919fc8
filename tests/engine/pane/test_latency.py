"""Latency follows from four points in time, and says nothing where a point was not reached."""

from __future__ import annotations

import pytest

from antiphon.engine.pane.answer_meter import Stopwatch, milliseconds
from antiphon.model.values.usage import Latency


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hand:
    return Hand()


def test_before_anything_happened_only_the_total_grows(clock):
    watch = Stopwatch(clock, clock())
    clock.now += 1.5
    assert watch.latency(0) == Latency(total_ms=1500)


def test_queueing_is_told_apart_from_the_time_to_the_first_token(clock):
    watch = Stopwatch(clock, clock())
    with watch.queueing():
        clock.now += 2
    watch.sent = clock()
    clock.now += 0.25
    watch.first = watch.last = clock()
    clock.now += 1
    assert watch.latency(5) == Latency(queued_ms=2000, ttft_ms=250, total_ms=3250)


def test_queueing_adds_up_and_counts_where_it_is_stopped(clock):
    watch = Stopwatch(clock, clock())
    with watch.queueing():
        clock.now += 1
    clock.now += 5

    def be_stopped() -> None:
        with watch.queueing():
            clock.now += 2
            raise TimeoutError

    with pytest.raises(TimeoutError):
        be_stopped()
    assert watch.queued_s == 3


def test_the_speed_is_that_between_the_first_and_the_last_text(clock):
    watch = Stopwatch(clock, clock())
    watch.sent = clock()
    clock.now += 10
    watch.first = clock()
    clock.now += 4
    watch.last = clock()
    clock.now += 50
    assert watch.latency(100).tokens_per_second == 25.0


def test_an_answer_in_one_piece_has_no_speed(clock):
    watch = Stopwatch(clock, clock())
    watch.sent = clock()
    watch.first = watch.last = clock()
    assert watch.latency(100).tokens_per_second is None


def test_a_retry_counts_from_its_own_request(clock):
    watch = Stopwatch(clock, clock())
    watch.sent = clock()
    clock.now += 5
    watch.sent = clock()
    clock.now += 0.1
    watch.first = watch.last = clock()
    assert watch.latency(1).ttft_ms == 100


@pytest.mark.parametrize(
    ("seconds", "whole"), [(0, 0), (-1, 0), (0.0004, 0), (0.0006, 1), (1.2345, 1234)]
)
def test_milliseconds_are_whole_and_never_negative(seconds, whole):
    assert milliseconds(seconds) == whole

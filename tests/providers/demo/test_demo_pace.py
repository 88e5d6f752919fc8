"""Every token has its time, counted from the start."""

from __future__ import annotations

import pytest

from antiphon.providers.demo.pace import BURST, Pace


async def test_tokens_are_due_one_by_one_at_their_own_times(time):
    pace = Pace(4, time, time.sleep)
    started = time.now
    for sent in range(8):
        assert await pace.due(sent) == 1
        assert time.now - started == pytest.approx((sent + 1) / 4)


async def test_a_reader_that_comes_late_finds_all_that_is_due_and_does_not_wait(time):
    pace = Pace(4, time, time.sleep)
    time.now += 2.1
    assert await pace.due(0) == 8
    assert time.slept == [0.0]


async def test_at_least_one_token_is_due_whatever_the_rounding(time):
    pace = Pace(3, time, time.sleep)
    for sent in range(1_000):
        assert await pace.due(sent) >= 1


async def test_without_a_speed_limit_a_burst_is_due_after_giving_way(time):
    pace = Pace(0, time, time.sleep)
    assert await pace.due(5) == BURST
    assert time.slept == [0]

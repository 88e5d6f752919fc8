"""Frames get longer with the work that they make, and streams share the loop."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.run.write_queue import frame_interval
from antiphon.engine.scheduling.time_slices import TimeSlices

BASE = 0.016
KI = 1024


@pytest.mark.parametrize(
    ("panes", "longest", "factor"),
    [
        (1, 0, 1),
        (2, 0, 1),
        (3, 0, 2),
        (16, 0, 2),
        (17, 0, 3),
        (1, 64 * KI, 1.5),
        (1, 128 * KI, 2),
        (3, 64 * KI, 3),
    ],
)
def test_more_panes_and_longer_texts_make_longer_frames(panes, longest, factor):
    assert frame_interval(BASE, panes, longest) == pytest.approx(BASE * factor)


def test_no_frame_is_slower_than_a_tenth_of_a_second_unless_asked_for():
    assert frame_interval(BASE, 64, 16 * KI * KI) == 0.1
    assert frame_interval(0.5, 64, 16 * KI * KI) == 0.5


@given(st.floats(0, 1), st.integers(0, 100), st.integers(0, 2**24))
def test_a_frame_never_gets_shorter_with_more_work(base, panes, longest):
    frame = frame_interval(base, panes, longest)
    assert base <= frame <= max(base, 0.1)
    assert frame <= frame_interval(base, panes + 1, longest)
    assert frame <= frame_interval(base, panes, longest + 1000)


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def gives_way(turns: TimeSlices) -> bool:
    """Whether the loop goes round before `give_way` returns."""
    went_round: list[bool] = []
    asyncio.get_running_loop().call_soon(went_round.append, True)
    await turns.yield_if_due()
    return bool(went_round)


async def test_within_its_turn_a_stream_is_not_held_up():
    clock = Hand()
    turns = TimeSlices(clock)
    assert not await gives_way(turns)
    clock.now = 0.0009
    assert not await gives_way(turns)


async def test_after_its_turn_a_stream_gives_way_and_then_has_a_new_one():
    clock = Hand()
    turns = TimeSlices(clock)
    await turns.yield_if_due()
    clock.now = 0.004
    assert await gives_way(turns)
    assert not await gives_way(turns)


async def test_a_turn_ends_with_the_round_of_the_loop_it_began_in():
    clock = Hand()
    turns = TimeSlices(clock)
    await turns.yield_if_due()
    await asyncio.sleep(0)
    clock.now = 1.0
    assert not await gives_way(turns)


async def test_no_stream_waits_for_the_end_of_another():
    clock = Hand()
    turns = TimeSlices(clock)
    order: list[str] = []

    async def stream(name: str) -> None:
        for _ in range(10):
            await turns.yield_if_due()
            order.append(name)
            clock.now += 0.004

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stream("a"))
        tasks.create_task(stream("b"))
    assert order.index("b") < 5


async def test_in_each_round_of_the_loop_one_of_those_that_wait_has_its_turn():
    clock = Hand()
    turns = TimeSlices(clock)
    resumed: list[int] = []

    async def stream(number: int) -> None:
        await turns.yield_if_due()
        resumed.append(number)
        clock.now += 0.004

    async with asyncio.TaskGroup() as tasks:
        for number in range(4):
            tasks.create_task(stream(number))
        steps: list[int] = []
        while len(resumed) < 4:
            before = len(resumed)
            await asyncio.sleep(0)
            steps.append(len(resumed) - before)
    assert max(steps) == 1
    assert resumed == [0, 1, 2, 3]

"""Time limits count content, and each rings once, under its own name.

A limit that must ring is hundredths of a second, one that must not is minutes: what is asserted is
which limit rang, never when.
"""

from __future__ import annotations

import asyncio
from time import perf_counter

import pytest

from antiphon.engine.request.timeouts import AttemptTimer, TimeLimits

SOON = 0.02


class Bell:
    """What the watchdog rings."""

    def __init__(self) -> None:
        self.rings = 0
        self._rung = asyncio.Event()

    def __call__(self) -> None:
        self.rings += 1
        self._rung.set()

    async def rung(self) -> None:
        async with asyncio.timeout(10):
            await self._rung.wait()


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def limits(first_token: float = 600, idle: float = 600, total: float = 600) -> TimeLimits:
    return TimeLimits(connect=600, first_token=first_token, idle=idle, total=total)


@pytest.fixture
async def bell() -> Bell:
    return Bell()


@pytest.fixture
async def timers(monkeypatch) -> list[asyncio.TimerHandle]:
    """Every timer that is set from here on."""
    loop = asyncio.get_running_loop()
    call_later = loop.call_later
    made: list[asyncio.TimerHandle] = []

    def remembered(*arguments, **more) -> asyncio.TimerHandle:
        made.append(call_later(*arguments, **more))
        return made[-1]

    monkeypatch.setattr(loop, "call_later", remembered)
    return made


async def test_no_text_at_all_is_too_late_for_the_first(bell):
    with AttemptTimer(limits(first_token=SOON), perf_counter, bell) as dog:
        await bell.rung()
    assert dog.expired == "timeout_first_token"


async def test_a_stall_after_text_is_idle(bell):
    with AttemptTimer(limits(first_token=SOON, idle=SOON), perf_counter, bell) as dog:
        dog.fed = perf_counter()
        await bell.rung()
    assert dog.expired == "timeout_idle"


async def test_a_stall_after_the_first_text_is_noticed_though_the_first_text_had_more_time(bell):
    with AttemptTimer(limits(idle=SOON), perf_counter, bell) as dog:
        dog.fed = perf_counter()
        await bell.rung()
    assert dog.expired == "timeout_idle"


async def test_an_answer_that_never_ends_is_stopped_however_well_it_feeds(bell):
    with AttemptTimer(limits(total=SOON), perf_counter, bell) as dog:
        async with asyncio.timeout(10):
            while not bell.rings:
                dog.fed = perf_counter()
                await asyncio.sleep(0)
    assert dog.expired == "timeout_total"


async def test_a_total_below_the_first_limit_is_the_total(bell):
    with AttemptTimer(limits(first_token=600, total=SOON), perf_counter, bell) as dog:
        await bell.rung()
    assert dog.expired == "timeout_total"


async def test_text_that_keeps_coming_keeps_it_quiet(bell):
    clock = Hand()
    with AttemptTimer(limits(first_token=10, idle=10), clock, bell) as dog:
        for _ in range(20):
            clock.now += 9
            dog._check()
            dog.fed = clock()
    assert (bell.rings, dog.expired) == (0, None)


async def test_a_client_without_room_is_not_the_providers_silence(bell):
    clock = Hand()
    with AttemptTimer(limits(idle=10), clock, bell) as dog:
        dog.fed = clock()
        dog.pause()
        clock.now += 100
        dog._check()
        assert dog.expired is None
        dog.resume()
        dog._check()
        assert dog.expired is None
        clock.now += 10
        dog._check()
    assert (bell.rings, dog.expired) == (1, "timeout_idle")


async def test_the_total_limit_holds_though_the_client_has_no_room(bell):
    clock = Hand()
    with AttemptTimer(limits(idle=10, total=60), clock, bell) as dog:
        dog.fed = clock()
        dog.pause()
        clock.now += 61
        dog._check()
    assert dog.expired == "timeout_total"


async def test_it_rings_once(bell, timers):
    with AttemptTimer(limits(first_token=SOON, total=2 * SOON), perf_counter, bell) as dog:
        await bell.rung()
        assert all(timer.when() <= timer._loop.time() for timer in timers)
    assert (bell.rings, dog.expired) == (1, "timeout_first_token")


async def test_it_is_silent_once_the_attempt_is_over(bell, timers):
    with AttemptTimer(limits(), perf_counter, bell) as dog:
        dog.fed = perf_counter()
    assert all(timer.cancelled() for timer in timers)
    assert (bell.rings, dog.expired) == (0, None)


async def test_thousands_of_deltas_cost_no_timer_of_their_own(bell, timers):
    with AttemptTimer(limits(), perf_counter, bell) as dog:
        for _ in range(5_000):
            dog.fed = perf_counter()
    assert len(timers) <= 2

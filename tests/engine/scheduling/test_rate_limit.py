"""The person's own limit: so many requests to a provider in any sixty seconds."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import anyio
import pytest

from antiphon.engine.scheduling import rate_limit
from antiphon.engine.scheduling.rate_limit import RequestRateLimit


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The wall clock of the library and of ours, moved by hand."""
    from limits.storage import memory

    wall = SimpleNamespace(now=1_000_000.0)
    frozen = SimpleNamespace(time=lambda: wall.now)
    monkeypatch.setattr(memory, "time", frozen)
    monkeypatch.setattr(rate_limit, "time", frozen)
    return wall


async def test_so_many_leave_at_once_and_the_next_is_told_how_long_to_wait(wall):
    limit = RequestRateLimit()
    assert [await limit.take("work", 2) for _ in range(2)] == [0, 0]
    wall.now += 20
    assert await limit.take("work", 2) == pytest.approx(40)
    wall.now += 40.1
    assert await limit.take("work", 2) == 0


async def test_the_window_moves_and_does_not_begin_anew_each_minute(wall):
    limit = RequestRateLimit()
    assert await limit.take("work", 2) == 0
    wall.now += 50
    assert await limit.take("work", 2) == 0
    wall.now += 11
    assert await limit.take("work", 2) == 0
    assert await limit.take("work", 2) == pytest.approx(49)


async def test_every_provider_has_a_minute_of_its_own(wall):
    limit = RequestRateLimit()
    assert [await limit.take(name, 1) for name in ("work", "home")] == [0, 0]
    assert await limit.take("work", 1) > 0


async def test_who_waits_takes_nothing(wall):
    limit = RequestRateLimit()
    await limit.take("work", 1)
    for _ in range(5):
        await limit.take("work", 1)
    wall.now += 60.1
    assert await limit.take("work", 1) == 0


async def test_requests_of_the_same_moment_are_counted_one_by_one(wall):
    limit = RequestRateLimit()
    waits: list[float] = []

    async def take() -> None:
        waits.append(await limit.take("work", 3))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(take)
    assert sorted(wait > 0 for wait in waits) == [False] * 3 + [True] * 5


async def test_the_library_is_not_loaded_where_no_limit_is_set():
    script = "import sys, antiphon.engine.scheduling.schedule; print('limits' in sys.modules)"
    done = await anyio.run_process([sys.executable, "-c", script])
    assert done.stdout.split() == [b"False"]

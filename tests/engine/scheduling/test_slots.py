"""The line before one host: how many are served at once, and whose turn is next."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from antiphon.engine.scheduling.slots import OVERTAKES_WITHIN_S, HostSlots
from support.engine.virtual_clock import VirtualTime


class Line:
    """A host whose streams the test ends by hand."""

    def __init__(self, time: VirtualTime, total: int = 1) -> None:
        self.time = time
        self.places = HostSlots(time)
        self.places.set_total(total)
        self.served: list[str] = []
        self.loaded: list[str] | None = None
        self.asked = 0
        self.tasks: list[asyncio.Task[None]] = []
        self._ends: list[asyncio.Event] = []
        self.queues: list[tuple[int, ...]] = []
        """What those that waited for long were said to wait for."""

    async def _loaded(self):
        self.asked += 1
        await asyncio.sleep(0)
        return self.loaded

    def join(self, *models: str, local: bool = True) -> None:
        self.tasks += [asyncio.ensure_future(self._stream(model, local)) for model in models]

    async def _stream(self, model: str, local: bool) -> None:
        loaded = self._loaded if local else None
        async with self.places.slot(model, loaded, lambda *queue: self.queues.append(queue)):
            self.served.append(model)
            end = asyncio.Event()
            self._ends.append(end)
            await end.wait()

    async def end_one(self) -> None:
        """Ends the stream that has run the longest."""
        await self.time.rest()
        self._ends.pop(0).set()
        await self.time.rest()

    async def end_all(self) -> list[str]:
        """Ends every stream in turn; the models in the order in which they were served."""
        await self.time.rest()
        while self._ends:
            await self.end_one()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        return self.served


@asynccontextmanager
async def line(total: int = 1, loaded: list[str] | None = None):
    made = Line(VirtualTime(), total)
    made.loaded = loaded
    async with asyncio.timeout(10):
        yield made
        await made.end_all()


async def test_in_the_cloud_the_first_to_come_is_the_first_to_be_served():
    async with line() as host:
        host.join("a", "b", "a", "b", local=False)
        assert await host.end_all() == ["a", "b", "a", "b"]
        assert host.asked == 0


async def test_who_waits_learns_for_what_and_that_it_is_over():
    async with line(total=2) as host:
        host.places.reported_after_s = 0
        host.join(*"abcd", local=False)
        await host.time.rest()
        assert host.queues == [(2, 0), (2, 1)]
        await host.end_one()
        assert host.queues[2:] == [(0, 0)]


async def test_no_more_are_served_at_once_than_there_are_places():
    async with line(total=3) as host:
        host.join(*"abcde", local=False)
        await host.time.rest()
        assert host.served == ["a", "b", "c"]
        await host.end_one()
        assert host.served == ["a", "b", "c", "d"]


async def test_more_places_are_given_out_as_soon_as_somebody_moves():
    async with line() as host:
        host.join(*"abc", local=False)
        await host.time.rest()
        host.places.set_total(3)
        host.join("d", local=False)
        await host.time.rest()
        assert host.served == ["a", "b", "c"]


async def test_requests_of_one_model_are_served_together():
    async with line() as host:
        host.join(*"abcabcab")
        assert await host.end_all() == list("aaabbbcc")


async def test_the_loaded_model_goes_first():
    async with line(loaded=["c"]) as host:
        host.join(*"abcabc")
        assert await host.end_all() == list("ccaabb")
        assert host.asked > 0


async def test_of_several_loaded_models_each_is_served_before_one_is_loaded():
    async with line(loaded=["b", "d"]) as host:
        host.join(*"abcdbd")
        assert await host.end_all() == list("bbddac")


async def test_a_host_with_one_model_before_it_is_not_asked_what_it_has_loaded():
    async with line(loaded=["z"]) as host:
        host.join("a", "a")
        assert await host.end_all() == ["a", "a"]
        assert host.asked == 0


async def test_a_host_that_does_not_say_is_served_in_order_and_by_model():
    async with line(loaded=None) as host:
        host.join(*"bab")
        assert await host.end_all() == list("bba")


async def test_the_model_that_answered_last_stays_first_for_the_next_fan_out():
    async with line() as host:
        host.join("b")
        await host.end_all()
        host.join(*"ab")
        assert await host.end_all() == list("bba")


async def test_what_the_host_says_is_believed_more_than_what_answered_last():
    async with line() as host:
        host.join("b")
        await host.end_all()
        host.loaded = ["c"]
        host.join(*"abc")
        assert await host.end_all() == list("bcab")


async def test_a_request_that_comes_much_later_overtakes_nobody():
    async with line() as host:
        host.join("a", "b")
        await host.time.rest()
        host.time.now += OVERTAKES_WITHIN_S
        host.join("a")
        await host.time.rest()
        host.time.now += 1
        host.join("a")
        assert await host.end_all() == ["a", "a", "b", "a"]


async def test_several_places_at_a_local_host_are_for_the_model_that_runs_first():
    async with line(total=2) as host:
        host.join(*"abab")
        await host.time.rest()
        assert host.served == ["a", "a"]


async def test_a_host_that_was_asked_too_much_has_half_its_places_for_a_while():
    async with line(total=4) as host:
        host.places.throttle(60)
        host.join(*"abcdef", local=False)
        await host.time.rest()
        assert host.served == ["a", "b"]
        host.time.now += 60
        await host.end_one()
        assert host.served == ["a", "b", "c", "d", "e"]


async def test_a_shorter_limit_does_not_end_a_longer_one():
    async with line(total=4) as host:
        host.places.throttle(60)
        host.places.throttle(10)
        host.time.now += 59
        host.join(*"abc", local=False)
        await host.time.rest()
        assert host.served == ["a", "b"]


async def test_a_single_place_stays_one():
    async with line() as host:
        host.places.throttle(60)
        host.join("a", local=False)
        await host.time.rest()
        assert host.served == ["a"]


@pytest.mark.parametrize("local", [False, True])
async def test_who_leaves_the_line_or_is_stopped_gives_the_place_to_the_next(local):
    async with line() as host:
        host.join(*"abc", local=local)
        await host.time.rest()
        host.tasks[1].cancel()  # it waits
        host.tasks[0].cancel()  # it is served
        await host.time.rest()
        assert host.served == ["a", "c"]


async def test_who_is_stopped_while_the_host_is_asked_leaves_no_trace():
    async with line(loaded=["a"]) as host:
        host.join(*"ab")
        await asyncio.sleep(0)
        for task in host.tasks:
            task.cancel()
        await host.time.rest()
        host.join("c")
        assert await host.end_all() == ["c"]


async def test_the_smallest_number_counts_while_its_client_has_requests():
    places = HostSlots(VirtualTime())
    places.set_total(3, "one")
    async with asyncio.timeout(10), places.slot("a", client="one"):
        places.set_total(1, "other")
        asked = asyncio.ensure_future(_hold(places, "other"))
        await asyncio.sleep(0)
        assert places.total == 1
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        assert places.total == 3
        async with places.slot("b", client="one"):
            assert places.is_used
    assert not places.is_used


async def _hold(places: HostSlots, client: str) -> None:
    async with places.slot("a", client=client):
        await asyncio.Event().wait()

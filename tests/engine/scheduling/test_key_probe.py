"""A key that has not been accepted yet is tried by one request, and the others wait for it."""

from __future__ import annotations

import asyncio

import pytest

from antiphon.engine.scheduling import key_probe as module
from antiphon.engine.scheduling.key_probe import KeyProbes
from support.engine.scripted_providers import ScriptedProviders
from support.engine.virtual_clock import VirtualTime

REST = VirtualTime().rest


class Requests:
    """Requests that go out behind a scout; the test decides what becomes of each."""

    def __init__(self, *, unproven: bool = True) -> None:
        self.providers = ScriptedProviders()
        self.providers.unproven = {"work"} if unproven else set()
        self.scouts = KeyProbes(self.providers)
        self.out: list[str] = []
        self.accept: dict[str, asyncio.Event] = {}
        self.end: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def send(self, *names: str) -> None:
        for name in names:
            self.accept[name], self.end[name] = asyncio.Event(), asyncio.Event()
            self.tasks[name] = asyncio.ensure_future(self._send(name))

    async def _send(self, name: str) -> None:
        async with self.scouts.probe_or_wait("work") as accepted:
            self.out.append(name)
            events = self.accept[name], self.end[name]
            waits = [asyncio.ensure_future(event.wait()) for event in events]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                if self.accept[name].is_set():
                    accepted("")
                    await self.end[name].wait()
            finally:
                for wait in waits:
                    wait.cancel()

    async def finish(self) -> None:
        for end in self.end.values():
            end.set()
        async with asyncio.timeout(10):
            while not all(task.done() for task in self.tasks.values()):
                await REST()


async def test_the_first_goes_alone_and_the_others_follow_its_headers():
    requests = Requests()
    requests.send("a", "b", "c")
    await REST()
    assert requests.out == ["a"]
    requests.accept["a"].set()
    await REST()
    assert requests.out == ["a", "b", "c"]
    assert not requests.providers.unproven
    await requests.finish()


async def test_a_key_that_has_worked_needs_no_scout():
    requests = Requests(unproven=False)
    requests.send("a", "b", "c")
    await REST()
    assert requests.out == ["a", "b", "c"]
    await requests.finish()


async def test_after_a_scout_that_failed_the_next_one_is_the_scout():
    requests = Requests()
    requests.send("a", "b", "c")
    await REST()
    requests.end["a"].set()
    await REST()
    assert requests.out == ["a", "b"]
    requests.accept["b"].set()
    await REST()
    assert requests.out == ["a", "b", "c"]
    await requests.finish()


async def test_a_scout_that_is_stopped_is_replaced():
    requests = Requests()
    requests.send("a", "b")
    await REST()
    requests.tasks["a"].cancel()
    await REST()
    assert requests.out == ["a", "b"]
    await requests.finish()


async def test_a_key_that_is_replaced_while_its_scout_streams_is_tried_at_once():
    requests = Requests()
    requests.send("a")
    await REST()
    requests.accept["a"].set()
    await REST()
    requests.providers.unproven = {"work"}
    requests.send("b", "c")
    await REST()
    assert requests.out == ["a", "b"]
    requests.end["a"].set()
    await REST()
    requests.send("d")
    await REST()
    assert requests.out == ["a", "b"]
    requests.accept["b"].set()
    await REST()
    assert requests.out == ["a", "b", "c", "d"]
    await requests.finish()


async def test_a_slow_scout_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE_S", 0.001)
    requests = Requests()
    requests.send("a", "b", "c")
    async with asyncio.timeout(10):
        while requests.out != ["a", "b", "c"]:
            await asyncio.sleep(0.001)
    await requests.finish()


@pytest.mark.parametrize("kind", ["authentication", None])
async def test_the_end_of_a_request_is_told_with_the_key_that_it_was_sent_with(
    harness, caller, kind
):
    harness.providers.keys["script"] = "old"
    task = asyncio.ensure_future(harness.broadcast(caller, models=["script/a"]))
    stream = await harness.providers.opened("a")
    harness.providers.keys["script"] = "new"
    stream.fail(kind) if kind else stream.finish()
    await task
    assert harness.providers.reported_keys == ["old"]

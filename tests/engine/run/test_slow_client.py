"""A client that does not read holds up its own run only, and costs no more than 4 MiB."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from antiphon.engine.request.timeouts import TimeLimits
from antiphon.engine.run.settings import BroadcastLimits
from support.engine.harness import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.model.conversation.events import PaneEvent
    from support.engine.harness import EngineHarness, FakeCaller

KIBI = 1024
MEBI = 1024 * 1024
SOON = 0.005
"""How often a limit of so many seconds is compared with the clock that the test moves."""


class CountingClock:
    """A clock that the test moves, and that counts how often it is read."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.reads = 0

    def __call__(self) -> float:
        self.reads += 1
        return self.now

    async def is_read(self, times: int = 3) -> None:
        """Returns when it has been read so often from now on."""
        end = self.reads + times
        await until(lambda: self.reads >= end)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


def ask(harness: EngineHarness, caller: FakeCaller, *models: str) -> asyncio.Task:
    names = [f"script/{model}" for model in models]
    return asyncio.ensure_future(harness.broadcast(caller, models=names))


async def test_a_provider_is_not_read_further_than_its_client_reads(
    harness: EngineHarness, caller: FakeCaller
):
    task = ask(harness, caller, "a")
    stream = await harness.providers.opened("a")
    stream.text("x")
    await harness.settled()
    caller.sink.open.clear()
    for _ in range(12):
        stream.text("x" * MEBI)
    (live,) = harness.runs._panes.values()
    await until(lambda: live.length >= 4 * MEBI)
    for _ in range(50):
        await asyncio.sleep(0)
    assert live.length < 6 * MEBI
    caller.sink.open.set()
    stream.finish()
    async with asyncio.timeout(10):
        pane_id = (await task).panes[0].id
    assert len(caller.sink.of(pane_id)[-1].content) == 12 * MEBI + 1
    tokens = [event.text for event in caller.sink.of(pane_id) if event.type == "token"]
    assert "".join(tokens) == "x" * (12 * MEBI + 1)
    assert max(map(len, tokens)) <= 64 * KIBI


async def test_panes_that_nobody_reads_hold_four_mebibytes_together(
    harness: EngineHarness, caller: FakeCaller
):
    piece = 64 * KIBI
    models = "a", "b", "c", "d"
    task = ask(harness, caller, *models)
    streams = [await harness.providers.opened(model) for model in models]
    await harness.settled()
    caller.sink.open.clear()
    for stream in streams:
        for _ in range(2 * MEBI // piece):
            stream.text("x" * piece)
    lives = list(harness.runs._panes.values())
    await until(lambda: all(live.length >= MEBI for live in lives))
    for _ in range(50):
        await asyncio.sleep(0)
    assert sum(live.length for live in lives) <= 4 * MEBI + len(lives) * piece
    caller.sink.open.set()
    for stream in streams:
        stream.finish()
    async with asyncio.timeout(10):
        results = (await task).results
    contents = [len(caller.sink.of(each.pane_id)[-1].content) for each in results]
    assert contents == [2 * MEBI] * 4


class BatchScreen(Screen):
    """A screen that keeps which panes' text each batch has."""

    def __init__(self) -> None:
        super().__init__()
        self.panes: list[list[str]] = []

    def send(self, events: Sequence[PaneEvent]) -> None:
        super().send(events)
        self.panes.append([each.pane_id for each in events if each.type == "token"])


async def test_what_waits_is_shown_in_batches_of_64_ki_from_one_pane_after_the_other(
    harness: EngineHarness, caller: FakeCaller
):
    caller.sink = screen = BatchScreen()
    task = ask(harness, caller, "a", "b", "c")
    streams = [await harness.providers.opened(model) for model in "abc"]
    await harness.settled()
    screen.open.clear()
    for stream in streams:
        stream.text("x" * 128 * KIBI)
    lives = list(harness.runs._panes.values())
    await until(lambda: all(sum(map(len, live._stored)) == 128 * KIBI for live in lives))
    screen.open.set()
    for stream in streams:
        stream.finish()
    async with asyncio.timeout(10):
        await task
    shown = [panes for panes in screen.panes if panes]
    assert [len(panes) for panes in shown] == [1] * 6
    assert {panes[0] for panes in shown[:3]} == {panes[0] for panes in shown[3:]}
    assert len({panes[0] for panes in shown[:3]}) == 3


async def test_a_client_that_reads_nothing_for_longer_than_the_idle_limit_causes_no_timeout(
    harness: EngineHarness, caller: FakeCaller
):
    clock = CountingClock()
    harness.service._clock = clock
    harness.service.limits = BroadcastLimits(frame_s=0.001, time=TimeLimits(idle=SOON))
    task = ask(harness, caller, "a")
    stream = await harness.providers.opened("a")
    await harness.settled()
    caller.sink.open.clear()
    stream.text("x" * 4 * MEBI)
    (live,) = harness.runs._panes.values()
    await until(lambda: live.length == 4 * MEBI)
    await clock.is_read()
    clock.now += 100
    await clock.is_read()
    assert not stream.closed, "while the client reads nothing"
    caller.sink.open.set()
    await until(lambda: live.waiting_characters == 0)
    await clock.is_read()
    assert not stream.closed, "once it reads again"
    clock.now += 100
    async with asyncio.timeout(10):
        (result,) = (await task).results
    assert result.failure.kind == "timeout_idle", "from then on the provider's silence counts"


async def test_the_text_of_a_slow_client_is_stored_all_the_same(
    harness: EngineHarness, caller: FakeCaller
):
    task = ask(harness, caller, "a")
    stream = await harness.providers.opened("a")
    await harness.settled()
    caller.sink.open.clear()
    stream.text("kept")
    (pane_id,) = harness.runs._panes
    async with asyncio.timeout(10):
        while (await harness.history.messages(pane_id=pane_id))[-1].content != "kept":
            await asyncio.sleep(0.001)
    caller.sink.open.set()
    stream.finish()
    await task

"""A desk in virtual time: who waits for how long is told without waiting."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from antiphon.engine.ports.deltas import Finished, Text
from antiphon.engine.scheduling.schedule import RequestScheduler
from support.engine.harness import EngineHarness, FakeCaller, open_harness
from support.engine.virtual_clock import VirtualTime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from antiphon.engine.request.retry import RetryLimits
    from antiphon.model.commands.runs import RunResult


class Stage:
    """A desk whose clock the test moves, with one run after the other."""

    def __init__(self, harness: EngineHarness, time: VirtualTime) -> None:
        self.harness = harness
        self.time = time
        self.caller = FakeCaller()
        self.providers = harness.providers
        harness.service._clock = time
        harness.service.schedule = RequestScheduler(harness.providers, time, time.sleep)

    def limit_retries(self, limits: RetryLimits) -> None:
        """The desk's own limits make no waits of ours."""
        service = self.harness.service
        service.limits = replace(service.limits, retry=limits)

    def ask(self, *models: str, provider: str = "script") -> asyncio.Task[RunResult]:
        names = [f"{provider}/{model}" for model in models]
        return asyncio.ensure_future(self.harness.broadcast(self.caller, models=names))

    async def in_line(self, *models: str) -> None:
        """Returns when panes of these models have begun and are sent or wait."""
        expected = [f"script/{model}" for model in models]
        async with asyncio.timeout(10):
            while [live.plan.pane.model for live in self.harness.runs._panes.values()] != expected:
                await asyncio.sleep(0.001)
        await self.time.rest()

    async def answer(self, model: str, count: int = 1, *, after_s: float = 0.0) -> None:
        """Answers the `count`-th request to a model, so many seconds after it was sent."""
        stream = await self.providers.opened(model, count)
        await self.time.pass_by(after_s)
        stream.play(Text("Yes."), Finished("stop", "complete"))
        stream.cut()
        await stream.ended()

    async def fail(self, model: str, kind: str, count: int = 1, **more) -> None:
        stream = await self.providers.opened(model, count)
        stream.fail(kind, **more)
        await stream.ended()

    async def told(self, model: str, count: int = 1) -> list[tuple[int, float, str]]:
        """The `retry` events of a pane once there are so many: attempt, seconds and kind."""
        async with asyncio.timeout(10):
            while len(found := self._told(model)) < count:
                await asyncio.sleep(0.001)
        return found

    def _told(self, model: str) -> list[tuple[int, float, str]]:
        events = self.caller.sink.events
        panes = {each.pane_id for each in events if each.type == "start" and each.model == model}
        retries = [each for each in events if each.type == "retry" and each.pane_id in panes]
        return [(each.attempt, each.delay_ms / 1000, each.failure.kind) for each in retries]

    def sent(self) -> dict[str, int]:
        return {model: len(streams) for model, streams in self.providers.streams.items() if streams}


@asynccontextmanager
async def open_stage(path: Path) -> AsyncIterator[Stage]:
    """A stage over a history at `path`."""
    harness = await open_harness(path)
    yield Stage(harness, VirtualTime())
    await harness.history.aclose()


async def done(run: asyncio.Task[RunResult]) -> RunResult:
    """The run's result, which must be near."""
    async with asyncio.timeout(10):
        return await run

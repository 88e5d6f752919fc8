"""A real `Providers` whose every answer a test plays by hand, delta by delta."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import aclosing
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from antiphon.engine.deltas import Connected, Delta, Finished, ProviderError, Reported, Text
from antiphon.engine.ports import ChatRequest, Price
from antiphon.model.failure import Failure, FailureKind
from antiphon.model.model_info import ModelInfo, ProviderStatus
from antiphon.model.usage import Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence


class Stream:
    """One request that was made, and what the test lets it answer."""

    def __init__(self, request: ChatRequest) -> None:
        self.request = request
        self.closed = False
        self._closed = asyncio.Event()
        self._steps: asyncio.Queue[Delta | ProviderError | None] = asyncio.Queue()

    def text(self, text: str) -> None:
        self._steps.put_nowait(Text(text))

    def play(self, *steps: Delta) -> None:
        for step in steps:
            self._steps.put_nowait(step)

    def finish(self, reason: str = "stop", outcome: Any = "complete") -> None:
        self.play(Reported(Usage(input_tokens=3, output_tokens=5, source="provider")))
        self.play(Finished(reason, outcome))
        self._steps.put_nowait(None)

    def cut(self) -> None:
        """Ends the stream without a word."""
        self._steps.put_nowait(None)

    def fail(self, kind: FailureKind, message: str | None = None, **more: Any) -> None:
        hint = more.pop("wait_hint", None)
        self._steps.put_nowait(ProviderError(Failure.of(kind, message, **more), wait_hint=hint))

    async def ended(self) -> None:
        """Returns when the engine has closed the stream."""
        async with asyncio.timeout(10):
            await self._closed.wait()

    async def deltas(self) -> AsyncGenerator[Delta, None]:
        try:
            yield Connected()
            while (step := await self._steps.get()) is not None:
                if isinstance(step, ProviderError):
                    raise step
                yield step
        finally:
            self.closed = True
            self._closed.set()


class ScriptedProviders:
    """Provider `script` with any model; remembers every stream by model, in order."""

    def __init__(self) -> None:
        self.streams: dict[str, list[Stream]] = defaultdict(list)
        self.reports: list[tuple[str, str | None]] = []
        self.refusals: dict[str, ProviderError] = {}
        self.concurrency = 64
        self.prices: dict[str, Price] = {"script/priced": Price(Decimal(2), Decimal(10))}
        self._opened = asyncio.Condition()

    async def opened(self, model: str, count: int = 1) -> Stream:
        """The `count`-th stream of `script/<model>`, as soon as it has been asked for."""
        async with asyncio.timeout(10), self._opened:
            await self._opened.wait_for(lambda: len(self.streams[model]) >= count)
        return self.streams[model][count - 1]

    def names(self) -> Sequence[str]:
        return ["script"]

    def provider(self, name: str) -> ScriptedProviders:
        return self

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        stream = Stream(request)
        async with self._opened:
            self.streams[request.model].append(stream)
            self._opened.notify_all()
        async with aclosing(stream.deltas()) as deltas:
            async for delta in deltas:
                yield delta

    async def prepare(self, name: str) -> None:
        await asyncio.sleep(0)

    def max_concurrency(self, name: str) -> int:
        return self.concurrency

    def statuses(self) -> Sequence[ProviderStatus]:
        return [ProviderStatus(name="script", available=True)]

    async def models(self, *, refresh: bool = False) -> Sequence[ModelInfo]:
        return [self.model_info("script/a")]

    def model_info(self, model_id: str) -> ModelInfo:
        provider, _, name = model_id.partition("/")
        return ModelInfo(id=model_id, provider=provider, name=name, available=True)

    def nearest_models(self, model_id: str, limit: int = 3) -> Sequence[str]:
        return ["script/a", "script/b", "script/c"][:limit]

    async def siblings(self, model_id: str, limit: int = 3) -> Sequence[str]:
        await asyncio.sleep(0)
        return self.nearest_models(model_id, limit)

    def price(self, model_id: str) -> Price | None:
        return self.prices.get(model_id)

    def cooldown(self, model_id: str) -> ProviderError | None:
        return self.refusals.get(model_id)

    def report(self, model_id: str, problem: ProviderError | None) -> None:
        self.reports.append((model_id, problem.failure.kind if problem else None))

    async def aclose(self) -> None:
        await asyncio.sleep(0)

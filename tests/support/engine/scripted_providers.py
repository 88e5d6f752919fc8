"""A real `Providers` whose every answer a test plays by hand, delta by delta."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import aclosing
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from antiphon.engine.ports import ChatRequest, ChatTurn, Host, Price
from antiphon.engine.ports.deltas import (
    Connected,
    Delta,
    Finished,
    ProviderError,
    Text,
    UsageReport,
)
from antiphon.model.failure import Failure, FailureKind
from antiphon.model.values.model_info import ModelInfo, ProviderStatus
from antiphon.model.values.usage import Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Sequence


class Stream:
    """One request that was made, and what the test lets it answer."""

    def __init__(self, request: ChatRequest, *, connects: bool = True) -> None:
        self.request = request
        self._connects = connects
        self.closed = False
        self._closed = asyncio.Event()
        self._steps: asyncio.Queue[Delta | ProviderError | None] = asyncio.Queue()

    def text(self, text: str) -> None:
        self._steps.put_nowait(Text(text))

    def play(self, *steps: Delta) -> None:
        for step in steps:
            self._steps.put_nowait(step)

    def finish(self, reason: str = "stop", outcome: Any = "complete") -> None:
        self.play(UsageReport(Usage(input_tokens=3, output_tokens=5, source="provider")))
        self.play(Finished(reason, outcome))
        self._steps.put_nowait(None)

    def cut(self) -> None:
        """Ends the stream without a word."""
        self._steps.put_nowait(None)

    def fail(self, kind: FailureKind, message: str | None = None, **more: Any) -> None:
        hint = more.pop("wait_hint", None)
        self._steps.put_nowait(ProviderError(Failure.of(kind, message, **more), wait_hint=hint))

    def refuse(self, error: ProviderError) -> None:
        self._steps.put_nowait(error)

    async def ended(self) -> None:
        """Returns when the engine has closed the stream."""
        async with asyncio.timeout(10):
            await self._closed.wait()

    async def deltas(self) -> AsyncGenerator[Delta, None]:
        try:
            if self._connects:
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
        self.local = False
        self.hosts: dict[str, str] = {}
        self.loaded: Sequence[str] | None = None
        self.asked_for_loaded = 0
        self.unproven: set[str] = set()
        self.keys: dict[str, str] = {}
        """What tells the present keys from others."""
        self.reported_keys: list[str | None] = []
        self.connects = True
        """Headers come at once; else when a test plays them."""
        self.known = ["script"]
        self.hidden: list[str] = []
        """What is found when providers are looked for."""
        self.discoveries = 0
        self.prices: dict[str, Price] = {"script/priced": Price(Decimal(2), Decimal(10))}
        self.counts: dict[str, int] = {}
        """What the models' own tokenizers count, whatever the turns are."""
        self.capabilities: dict[str, list[str]] = {}
        self.windows: dict[str, int] = {}
        """The context windows of the models that have a known one."""
        self._opened = asyncio.Condition()

    async def opened(self, model: str, count: int = 1) -> Stream:
        """The `count`-th stream of `script/<model>`, as soon as it has been asked for."""
        async with asyncio.timeout(10), self._opened:
            await self._opened.wait_for(lambda: len(self.streams[model]) >= count)
        return self.streams[model][count - 1]

    def names(self) -> Sequence[str]:
        return self.known

    def provider(self, name: str) -> ScriptedProviders:
        return self

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        stream = Stream(request, connects=self.connects)
        async with self._opened:
            self.streams[request.model].append(stream)
            self._opened.notify_all()
        async with aclosing(stream.deltas()) as deltas:
            async for delta in deltas:
                yield delta

    async def prepare(self, name: str) -> None:
        await asyncio.sleep(0)

    async def ready(self, name: str) -> None:
        await asyncio.sleep(0)

    def host(self, name: str) -> Host:
        return Host(self.hosts.get(name, name), self.concurrency, local=self.local)

    async def loaded_models(self, name: str) -> Sequence[str] | None:
        self.asked_for_loaded += 1
        await asyncio.sleep(0)
        return self.loaded

    def is_unproven(self, name: str) -> bool:
        return name in self.unproven

    def fingerprint(self, name: str) -> str:
        return self.keys.get(name, "")

    def accepted(self, name: str, *, key: str | None = None) -> None:
        if key == self.fingerprint(name):
            self.unproven.discard(name)

    def statuses(self) -> Sequence[ProviderStatus]:
        return [ProviderStatus(name="script", available=True)]

    async def models(
        self, *, refresh: bool = False, query: str = "", providers: Collection[str] | None = None
    ) -> Sequence[ModelInfo]:
        return [self.model_info("script/a")]

    def model_info(self, model_id: str) -> ModelInfo:
        provider, _, name = model_id.partition("/")
        able = self.capabilities.get(model_id, [])
        return ModelInfo(
            id=model_id,
            provider=provider,
            name=name,
            available=True,
            capabilities=able,
            context_window=self.windows.get(model_id),
        )

    async def discover(self) -> None:
        self.discoveries += 1
        await asyncio.sleep(0)
        self.known += self.hidden

    def nearest_models(self, model_id: str, limit: int = 3) -> Sequence[str]:
        return ["script/a", "script/b", "script/c"][:limit]

    async def siblings(self, model_id: str, limit: int = 3) -> Sequence[str]:
        await asyncio.sleep(0)
        return self.nearest_models(model_id, limit)

    def price(self, model_id: str) -> Price | None:
        return self.prices.get(model_id)

    async def count_tokens(
        self, model_id: str, turns: Sequence[ChatTurn], *, patient: bool
    ) -> int | None:
        await asyncio.sleep(0)
        return self.counts.get(model_id) if patient else None

    def cooldown(self, model_id: str) -> ProviderError | None:
        return self.refusals.get(model_id)

    def report(
        self, model_id: str, problem: ProviderError | None, *, key: str | None = None
    ) -> None:
        self.reports.append((model_id, problem.failure.kind if problem else None))
        self.reported_keys.append(key)

    async def aclose(self) -> None:
        await asyncio.sleep(0)

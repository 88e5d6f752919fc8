"""Everything that a broadcast needs, put together over a real SQLite history."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from antiphon.engine.code.apply import CodeApplier
from antiphon.engine.request.retry import RetryLimits
from antiphon.engine.request.timeouts import TimeLimits
from antiphon.engine.run.active_runs import ActiveRuns
from antiphon.engine.run.broadcast import Broadcaster
from antiphon.engine.run.run_service import RunService
from antiphon.engine.run.settings import BroadcastLimits
from antiphon.engine.sessions.sessions import SessionReader
from antiphon.engine.sessions.shown_messages import ShownMessages
from antiphon.engine.virtual_documents import VirtualDocuments
from antiphon.history import open_history
from antiphon.model.commands.runs import BroadcastParams, ContextItem, RegenerateParams, RunResult
from antiphon.model.failure import error
from antiphon.model.values.ids import new_id
from antiphon_client.reducer import PaneReducer
from support.engine.scripted_providers import ScriptedProviders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from antiphon.model.commands.pipelines.results import StepEvent, StepResult
    from antiphon.model.conversation.events import PaneEvent, StreamEvent


SILENCE = {"first_token": 20.0, "idle": 20.0}
"""Seconds after which a stream that a test leaves without an end fails it."""


class Screen:
    """A sink that applies every event as a client does; `open = False` stops reading."""

    def __init__(self) -> None:
        self.events: list[StreamEvent] = []
        self.reducer = PaneReducer()
        self.open = asyncio.Event()
        self.open.set()
        self.batches: list[int] = []
        self.steps: list[StepResult] = []

    async def room(self) -> None:
        await self.open.wait()

    def send(self, events: Sequence[PaneEvent]) -> None:
        self.batches.append(len(events))
        for event in events:
            self.events.append(event)  # type: ignore[arg-type]
            self.reducer.apply(event)  # type: ignore[arg-type]

    def show_step(self, event: StepEvent) -> None:
        self.steps.append(event.step)

    def of(self, pane_id: str) -> list[StreamEvent]:
        return [event for event in self.events if event.pane_id == pane_id]

    def types(self, pane_id: str) -> list[str]:
        return [event.type for event in self.of(pane_id)]


class Stop:
    """A cancellation that the test asks for."""

    def __init__(self) -> None:
        self._callbacks: list[Any] = []

    def on_request(self, callback: Any) -> None:
        self._callbacks.append(callback)

    def request(self) -> None:
        for callback in self._callbacks:
            callback()


class Texts:
    """A context reader over a dictionary."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def read(self, item: ContextItem, *, max_bytes: int) -> str:
        if item.uri not in self.texts:
            raise error("invalid_params", f"{item.uri} is missing.", field="$.context")
        return self.texts[item.uri]

    def label(self, item: ContextItem) -> str:
        return item.uri


@dataclass
class FakeCaller:
    """A caller."""

    sink: Screen = field(default_factory=Screen)
    context: Texts = field(default_factory=Texts)
    cancellation: Stop = field(default_factory=Stop)
    allows_secrets: bool = False
    allows_over_budget: bool = False
    warned: list[str] = field(default_factory=list)
    confirm_above: Decimal | None = None
    session_limit: Decimal | None = None
    agrees_to_price: bool = False
    price_questions: list[str] = field(default_factory=list)

    async def may_spend(self, question: str) -> bool:
        self.price_questions.append(question)
        return self.agrees_to_price

    async def may_send(self, warnings: Sequence[str]) -> bool:
        self.warned += warnings
        return self.allows_secrets


class EngineHarness:
    """A server's engine, without a server."""

    def __init__(self, history: Any, **time_limits: float) -> None:
        self.history = history
        self.providers = ScriptedProviders()
        self.runs = ActiveRuns()
        self.changes: list[tuple[str, str]] = []
        self.service = RunService(
            history,
            self.providers,
            self.runs,
            time.perf_counter,
            changed=lambda *changes: self.changes.extend(changes),
        )
        self.broadcaster = Broadcaster(history, self.providers, self.runs, self.service)
        self.service.limits = BroadcastLimits(
            frame_s=0.001,
            time=TimeLimits(**{**SILENCE, **time_limits}),
            retry=RetryLimits(base_delay_s=0.0),
            default_models=["script/default"],
        )
        self.shown = ShownMessages(history, self.runs)
        self._code = CodeApplier(history, self.shown)
        self.documents = VirtualDocuments(self.shown, self.code)
        self.sessions = SessionReader(history, self.runs, self.shown)

    async def code(self) -> CodeApplier:
        return self._code

    async def broadcast(
        self, caller: FakeCaller, prompt: str = "Hello", **params: Any
    ) -> RunResult:
        arguments = BroadcastParams.model_validate({"prompt": prompt, **params})
        return await self.broadcaster.broadcast(arguments, caller)

    async def regenerate(self, caller: FakeCaller, **params: Any) -> RunResult:
        arguments = RegenerateParams.model_validate(params)
        return await self.broadcaster.regenerate(arguments, caller)

    async def settled(self) -> None:
        """Returns when everything that has arrived is stored and shown."""
        async with asyncio.timeout(10):
            while not self._is_settled():
                await asyncio.sleep(0.001)

    def _is_settled(self) -> bool:
        lives = list(self.runs._panes.values())
        streams = [stream for each in self.providers.streams.values() for stream in each]
        reading = sum(not stream.closed for stream in streams)
        places = min(self.providers.concurrency, sum(live.result is None for live in lives))
        return (
            reading == places
            and all(
                not live.dirty
                and live.waiting_characters == 0
                and live.started
                and (live.result is None or live.done)
                for live in lives
            )
            and all(stream.closed or stream._steps.empty() for stream in streams)
        )


async def open_harness(path: Path, **time_limits: float) -> EngineHarness:
    return EngineHarness(await open_history(path, server_id=new_id()), **time_limits)


async def answered(
    harness: EngineHarness, caller: FakeCaller, *answers: str, **params: Any
) -> RunResult:
    """A broadcast to one model an answer, played to its end."""
    models = [f"script/m{index}" for index in range(len(answers))]
    task = asyncio.create_task(harness.broadcast(caller, models=models, **params))
    for index, answer in enumerate(answers):
        stream = await harness.providers.opened(f"m{index}")
        stream.text(answer)
        stream.finish()
    return await task

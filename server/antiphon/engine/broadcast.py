"""Broadcasts a prompt: choose the panes, plan, store, run, sum up."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from antiphon.engine.archive import Archive
from antiphon.engine.attempt import Means
from antiphon.engine.choose import Choice, Chooser
from antiphon.engine.coalesce import Turns
from antiphon.engine.estimate import estimate
from antiphon.engine.live import LivePane
from antiphon.engine.plan import PanePlan, Prompt, RunPlan, plan_again, plan_question
from antiphon.engine.prompt import read_brief
from antiphon.engine.retry import RetryLimits
from antiphon.engine.run import Run
from antiphon.engine.watchdog import TimeLimits
from antiphon.model.commands import CancelParams, CancelResult
from antiphon.model.failure import error
from antiphon.model.ids import new_id
from antiphon.model.times import now

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from antiphon.engine.ports import Clock, ContextReader, History, Providers, StreamSink
    from antiphon.engine.runs import Runs
    from antiphon.model.commands import (
        BroadcastParams,
        EstimateResult,
        RegenerateParams,
        RunResult,
    )
    from antiphon.model.message import Message
    from antiphon.model.session import Pane


@dataclass(frozen=True, slots=True)
class BroadcastLimits:
    """The person's settings for broadcasts."""

    max_prompt_bytes: int = 1024 * 1024
    max_context_bytes: int = 4 * 1024 * 1024
    max_panes: int = 50
    frame_s: float = 0.016
    time: TimeLimits = field(default_factory=TimeLimits)
    retry: RetryLimits = field(default_factory=RetryLimits)
    default_models: Sequence[str] = ()


class Cancellation(Protocol):
    """The caller's way to stop what it asked for."""

    def on_request(self, callback: Callable[[], object]) -> None:
        """Calls back when the caller wants it stopped; at once where it already does."""
        ...


class Caller(Protocol):
    """Who asked: where a run is shown, what may be read for it, how it is stopped."""

    @property
    def sink(self) -> StreamSink: ...

    @property
    def context(self) -> ContextReader: ...

    @property
    def cancellation(self) -> Cancellation: ...


class Announce(Protocol):
    """Tells clients what changed, as pairs of a type (`session`, `meter`) and an id."""

    def __call__(self, *changes: tuple[str, str]) -> None: ...


class Broadcaster:
    """Starts runs and stops them."""

    def __init__(
        self,
        history: History,
        providers: Providers,
        runs: Runs,
        clock: Clock,
        *,
        changed: Announce,
    ) -> None:
        self.limits = BroadcastLimits()
        self._history = history
        self._providers = providers
        self._runs = runs
        self._clock = clock
        self._changed = changed
        self._turns = Turns(clock)
        self.archive = Archive(history, clock)

    async def broadcast(self, params: BroadcastParams, caller: Caller) -> RunResult:
        """Asks and answers when every pane has ended.

        Raises `AntiphonError` for everything that is wrong before the first byte leaves.
        """
        choice = await self._choose(params, self._runs.busy)
        with self._claimed(choice.asked):
            run = await self._begin(await self._plan(params, choice, caller.context), caller)
        return await self._finish(run, caller)

    async def regenerate(self, params: RegenerateParams, caller: Caller) -> RunResult:
        """Asks for the last answer of a pane again, of the same or of another model."""
        answer = await self._history.message(params.message_id)
        pane = await self._history.pane(answer.pane_id)
        if self._runs.busy(pane.id):
            raise error("conflict", "This pane is still answering.", field="$.messageId")
        with self._claimed([pane]):
            messages = await self._settled(pane)
            if not messages or messages[-1].id != answer.id or answer.role != "assistant":
                raise error(
                    "conflict",
                    "Only the last answer of a pane can be generated again.",
                    hint="Name the last answer, or ask in a new pane.",
                    field="$.messageId",
                )
            run = await self._begin(await self._plan_again(params, pane, messages), caller)
        return await self._finish(run, caller)

    async def estimate(self, params: BroadcastParams, caller: Caller) -> EstimateResult:
        """What `broadcast` with the same arguments would take; sends and stores nothing."""
        choice = await self._choose(params, busy=lambda _: False)
        plan = await self._plan(params, choice, caller.context)
        return estimate(plan.panes, self._providers)

    def cancel(self, params: CancelParams) -> CancelResult:
        """Stops a run, a pane, or everything."""
        return CancelResult(cancelled=self._runs.cancel(params.run_id, params.pane_id))

    async def _choose(self, params: BroadcastParams, busy: Callable[[str], bool]) -> Choice:
        self._check_prompt(params.prompt)
        chooser = Chooser(self._history, self._providers, busy)
        choice = await chooser.choose(params, self.limits.default_models)
        if len(choice.asked) > self.limits.max_panes:
            raise error(
                "invalid_params",
                f"A run may have {self.limits.max_panes} panes, not {len(choice.asked)}.",
                hint="Name fewer models, or raise limits.maxPanesPerRun.",
                field="$.models",
            )
        return choice

    def _check_prompt(self, prompt: str) -> None:
        if not prompt.strip():
            raise error(
                "invalid_params", "The prompt is empty.", hint="Write a prompt.", field="$.prompt"
            )
        size = len(prompt.encode("utf-8", "replace"))
        if size > self.limits.max_prompt_bytes:
            raise error(
                "invalid_params",
                f"The prompt has {size:,} bytes; {self.limits.max_prompt_bytes:,} are allowed.",
                hint="Shorten it, give files as context, or raise limits.maxPromptBytes.",
                field="$.prompt",
            )

    @contextmanager
    def _claimed(self, panes: Sequence[Pane]) -> Generator[None]:
        pane_ids = {pane.id for pane in panes}
        self._runs.claim(pane_ids)
        try:
            yield
        finally:
            self._runs.release(pane_ids)

    async def _plan(
        self, params: BroadcastParams, choice: Choice, reader: ContextReader
    ) -> RunPlan:
        brief = await read_brief(
            params.context or (), reader, max_bytes=self.limits.max_context_bytes
        )
        run_id = new_id()
        plans: list[PanePlan] = []
        for pane in choice.asked:
            before = [] if choice.is_new(pane) else await self._settled(pane)
            prompt = Prompt(params.prompt, choice.system_for(pane), brief)
            plans.append(
                plan_question(
                    run_id,
                    pane,
                    before,
                    await self._texts(before),
                    prompt,
                    connect_timeout_s=self.limits.time.connect,
                )
            )
        return RunPlan(run_id, choice.session, tuple(plans), brief.texts)

    async def _plan_again(
        self, params: RegenerateParams, pane: Pane, messages: Sequence[Message]
    ) -> RunPlan:
        chooser = Chooser(self._history, self._providers, self._runs.busy)
        pane = chooser.with_params(pane, params.params)
        pane = pane.model_copy(update={"model": params.model or pane.model})
        chooser.check_model(pane.model, "$.model" if params.model else "$.messageId")
        session = await self._history.session(pane.session_id)
        run_id = new_id()
        texts = await self._texts(messages)
        plan = plan_again(
            run_id,
            pane,
            messages,
            texts,
            system=params.params.system if params.params else None,
            connect_timeout_s=self.limits.time.connect,
        )
        return RunPlan(run_id, session.model_copy(update={"updated_at": now()}), (plan,), {})

    async def _settled(self, pane: Pane) -> list[Message]:
        """The messages of a pane that answers nowhere.

        Raises `AntiphonError` (`conflict`) where it answers in another server that is alive.
        """
        messages = await self._history.messages(pane_id=pane.id)
        if messages and messages[-1].status == "streaming":
            await self._history.recover()
            messages = await self._history.messages(pane_id=pane.id)
        if messages and messages[-1].status == "streaming":
            raise error("conflict", f"The pane {pane.title} is answering in another editor.")
        return messages

    async def _texts(self, messages: Sequence[Message]) -> dict[str, str]:
        hashes = [item.sha256 for message in messages for item in message.context or ()]
        return await self._history.contexts(hashes) if hashes else {}

    async def _begin(self, plan: RunPlan, caller: Caller) -> Run:
        await self._history.begin_run(plan.start())
        means = Means(
            self._providers, self._clock, self._turns, self.limits.time, self.limits.retry
        )
        panes = [
            LivePane(plan.run_id, each, self._providers.price(each.pane.model), self._clock)
            for each in plan.panes
        ]
        for live in panes:
            live.survives = self._history.survives
        run = Run(plan, panes, means, self.archive, caller.sink, frame_s=self.limits.frame_s)
        self._runs.add(run)
        return run

    async def _finish(self, run: Run, caller: Caller) -> RunResult:
        session_id = run.plan.session.id
        self._changed(("session", session_id))
        caller.cancellation.on_request(run.cancel)
        try:
            return await run.run(self._runs.limiter)
        finally:
            self._runs.remove(run)
            self._changed(("session", session_id), ("meter", session_id))

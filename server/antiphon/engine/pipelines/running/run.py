"""Runs the steps of a pipeline, each when those that it needs have ended.

A step that fails ends those that need it, and no other. What it did is stored when it ends, and
which panes it asks when they begin, so that a run can be resumed after the death of the server.
"""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

import anyio
from msgspec import Struct

from antiphon.engine.pipelines.running.outcome import begun, ended, put_over, unanswered
from antiphon.engine.pipelines.running.resume import carry_on, list_kept, load_panes
from antiphon.engine.pipelines.running.rule_check import check_rules
from antiphon.engine.pipelines.running.step_caller import SharedCancellation, StepCaller
from antiphon.engine.pipelines.running.step_commands import StepTask, Unusable, carry_out
from antiphon.model.commands.pipelines.results import StepEvent, StepResult
from antiphon.model.failure import AntiphonError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.engine.pipelines.running.outcome import StepOutcome
    from antiphon.engine.pipelines.running.progress import Progress, StepPane
    from antiphon.engine.pipelines.running.step_commands import EngineCommands
    from antiphon.engine.pipelines.source.graph import Graph
    from antiphon.engine.pipelines.source.pane_names import PaneNames
    from antiphon.engine.pipelines.source.rules import StepRule
    from antiphon.engine.ports import History, Providers
    from antiphon.engine.ports.clients import Caller
    from antiphon.engine.ports.pipelines import KeptRun, PipelineStore
    from antiphon.engine.ports.sessions import SessionStore
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.engine.run.run_service import RunService
    from antiphon.model.commands.pipelines.steps import PipelineStep
    from antiphon.model.commands.runs import ContextItem

_log = logging.getLogger(__name__)

_STARTED: Final = frozenset({"complete", "partial"})


class RunServices(Struct, frozen=True):
    """What every run needs."""

    commands: EngineCommands
    history: History
    sessions: SessionStore
    store: PipelineStore
    runs: ActiveRuns
    service: RunService
    providers: Providers
    budget: str | None = None
    """US dollars that this run may cost."""


class PipelineRun:
    """One run, from its stored steps to its summary."""

    def __init__(
        self,
        kept: KeptRun,
        steps: Sequence[PipelineStep],
        graph: Graph,
        progress: Progress,
        *,
        rules: Sequence[StepRule],
        contexts: Mapping[str, Sequence[ContextItem]],
        names: Mapping[str, PaneNames],
        services: RunServices,
        caller: Caller,
    ) -> None:
        """Creates a run.

        `contexts` has the context items of each step, by its id, and `names` how the text calls
        its new panes.
        """
        self.kept = kept
        self._steps = steps
        self._graph = graph
        self._progress = progress
        self._rules = rules
        self._contexts = contexts
        self._names = names
        self._commands = services.commands
        self._history = services.history
        self._store = services.store
        self._caller = caller
        self._limit = None if services.budget is None else Decimal(services.budget)
        self._cancellation = SharedCancellation()
        self._ended = {each.id: anyio.Event() for each in steps}

    def cancel(self) -> int:
        """Stops every answer and every step, and returns how many panes were running."""
        return self._cancellation.request()

    async def run(self) -> list[StepResult]:
        """Returns how every step ended, in the order of the text."""
        self._caller.cancellation.on_request(self.cancel)
        for each in self._steps:
            self._show(self._progress.results[each.id])
        async with anyio.create_task_group() as tasks:
            for each in self._steps:
                tasks.start_soon(self._run_step, each)
        return self._progress.listed([each.id for each in self._steps])

    async def _run_step(self, step: PipelineStep) -> None:
        for each in self._graph.needs[step.id]:
            await self._ended[each].wait()
        if self._progress.results[step.id].status != "complete":
            result = await self._checked(step, await self._result_of(step))
            self._progress.results[step.id] = result
            await self._put(result)
            _log.info("a step ended: %s %s, %s", step.type, step.id, result.status)
            self._show(result)
        self._ended[step.id].set()

    async def _checked(self, step: PipelineStep, result: StepResult) -> StepResult:
        """Returns the result with whether its answers keep the rules of the pipeline."""
        rules = [each for each in self._rules if each.step_id == step.id]
        if not rules:
            return result
        kept = await check_rules(rules, result, self._progress, self._history)
        return result.model_copy(update={"expect": kept})

    async def _result_of(self, step: PipelineStep) -> StepResult:
        earlier = self._progress.results[step.id]
        if self._cancellation.requested:
            return unanswered(earlier, "cancelled", None)
        caller = StepCaller(self._caller, self._cancellation, self._limit)
        task = StepTask(
            step,
            self.kept.session_id,
            self._progress,
            caller,
            self._contexts.get(step.id, ()),
            self._names.get(step.id, ()),
        )
        kept: Sequence[StepPane] = ()
        self._show(begun(step))
        try:
            panes = await load_panes(earlier, task.names, self._history)
            self._progress.panes[step.id] = panes
            kept = list_kept(step, panes)
            outcome = await self._carry_out(task, kept, caller)
        except Unusable as unusable:
            return unanswered(earlier, "skipped", self._reason(unusable.reference))
        except AntiphonError as failed:
            status = "cancelled" if self._cancellation.requested else "failed"
            begun_panes = caller.sink.begun and put_over(kept, caller.sink.begun)
            return unanswered(earlier, status, failed.failure, begun_panes)
        self._progress.panes[step.id] = [*outcome.panes]
        return ended(step, outcome)

    async def _carry_out(
        self, task: StepTask, kept: Sequence[StepPane], caller: StepCaller
    ) -> StepOutcome:
        outcome = failed = None
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._store_begun, task.step, kept, caller)
            try:
                if kept:
                    outcome = await carry_on(task, kept, self._commands, self._history)
                else:
                    outcome = await carry_out(task, self._commands)
            except (Unusable, AntiphonError) as problem:
                failed = problem
            tasks.cancel_scope.cancel()
        if outcome is None:
            raise failed or RuntimeError("a step has an outcome or a failure")
        return outcome

    async def _store_begun(
        self, step: PipelineStep, kept: Sequence[StepPane], caller: StepCaller
    ) -> None:
        """Stores the panes of a step as they begin, beside those that it keeps."""
        while True:
            await caller.sink.changed.wait()
            caller.sink.changed = anyio.Event()
            with anyio.CancelScope(shield=True):
                await self._put(begun(step, put_over(kept, caller.sink.begun)))

    async def _put(self, result: StepResult) -> None:
        """Stores how far a step came, and lets the run go on if that fails."""
        try:
            await self._store.put_step(self.kept.id, result)
        except AntiphonError as failed:
            _log.warning("a step's state was not stored: %s", failed.failure.message)

    def _reason(self, reference: str) -> Failure:
        """Returns why a step is skipped: the failure of the step that it needs."""
        step_id = reference.partition(".")[0]
        needed = self._progress.results[step_id]
        cause = needed.failure
        kind = cause.kind if cause is not None else "interrupted"
        why = f" ({cause.message.rstrip('.')})" if cause is not None else ""
        return Failure.of(
            kind,
            f"It needs {reference}, which has no complete answer{why}.",
            hint="Resume the run: what is complete is kept.",
        )

    def _show(self, result: StepResult) -> None:
        self._caller.sink.show_step(StepEvent(run_id=self.kept.id, step=result))


def overall_status(
    results: Sequence[StepResult],
) -> Literal["complete", "partial", "failed", "cancelled"]:
    """Returns how a run ended: `failed` if no step has any answer."""
    statuses = {each.status for each in results}
    if statuses == {"complete"}:
        return "complete"
    if "cancelled" in statuses:
        return "cancelled"
    return "partial" if statuses & _STARTED else "failed"

"""Broadcasts a prompt: choose the panes, plan, store, run, sum up."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from antiphon.engine.budget.budgets import Budgets
from antiphon.engine.pane.live_pane import LivePane
from antiphon.engine.planning.estimate import estimate
from antiphon.engine.planning.pane_selection import PaneSelection, PaneSelector
from antiphon.engine.planning.plan import (
    PanePlan,
    Prompt,
    RunPlan,
    plan_again,
    plan_question,
    with_token_counts,
)
from antiphon.engine.planning.prompt import read_context
from antiphon.engine.planning.secret_scan import Guard, new_texts
from antiphon.engine.ports.ledger import SpendingScope
from antiphon.engine.redaction import Redactor
from antiphon.engine.request.attempt import RunServices
from antiphon.engine.run.limits import BroadcastLimits
from antiphon.engine.run.run import Run
from antiphon.engine.run.write_queue import WriteQueue
from antiphon.engine.scheduling.time_slices import TimeSlices
from antiphon.model.commands.runs import CancelParams, CancelResult
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Sequence

    from antiphon.engine.ports import Clock, ContextReader, History, Providers
    from antiphon.engine.ports.clients import Caller, ChangeNotifier
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.model.commands.runs import (
        BroadcastParams,
        EstimateResult,
        RegenerateParams,
        RunResult,
    )
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane

_log = logging.getLogger(__name__)


class Broadcaster:
    """Starts runs and stops them."""

    def __init__(
        self,
        history: History,
        providers: Providers,
        runs: ActiveRuns,
        clock: Clock,
        *,
        changed: ChangeNotifier,
        redactor: Redactor | None = None,
    ) -> None:
        self.limits = BroadcastLimits()
        self._redactor = redactor or Redactor()
        self.guard = Guard(self._redactor)
        self._history = history
        self._providers = providers
        self._runs = runs
        self._clock = clock
        self._changed = changed
        self._turns = TimeSlices(clock)
        self.archive = WriteQueue(history, clock)
        self.budgets = Budgets(history, providers)

    async def broadcast(self, params: BroadcastParams, caller: Caller) -> RunResult:
        """Asks and answers when every pane has ended.

        Raises `AntiphonError` for everything that is wrong before the first byte leaves.
        """
        self.check_prompt(params.prompt)
        choice = await self.choose(params)
        return await self.carry_out(
            choice.asked, lambda: self._plan(params, choice, caller.context), caller
        )

    async def regenerate(self, params: RegenerateParams, caller: Caller) -> RunResult:
        """Asks for the last answer of a pane again, of the same or of another model."""
        answer = await self._history.message(params.message_id)
        pane = await self._history.pane(answer.pane_id)
        if self._runs.busy(pane.id):
            raise error("conflict", "This pane is still answering.", field="$.messageId")
        return await self.carry_out([pane], lambda: self._plan_again(params, pane, answer), caller)

    async def estimate(self, params: BroadcastParams, caller: Caller) -> EstimateResult:
        """What `broadcast` with the same arguments would take; sends and stores nothing."""
        self.check_prompt(params.prompt)
        choice = await self.choose(params, busy=lambda _: False)
        plan = await self._plan(params, choice, caller.context, before=self._so_far)
        plan = await with_token_counts(plan, self._providers, patient=True)
        warnings = await self.guard.warnings(new_texts(plan))
        moment = SpendingScope(now(), session_id=plan.session.id)
        return estimate(plan.panes, self._providers).model_copy(
            update={
                "budgets": await self.budgets.statuses(moment),
                "warnings": warnings or None,
            }
        )

    def cancel(self, params: CancelParams) -> CancelResult:
        """Stops a run, a pane, or everything."""
        cancelled = self._runs.cancel(params.run_id, params.pane_id)
        _log.debug("%d panes are stopped: the command antiphon.cancel", cancelled)
        return CancelResult(cancelled=cancelled)

    async def carry_out(
        self, panes: Sequence[Pane], plan: Callable[[], Awaitable[RunPlan]], caller: Caller
    ) -> RunResult:
        """Runs what `plan` comes to, and answers when every pane has ended.

        No other run begins in `panes` while it is being planned.
        """
        try:
            with self.claimed(panes):
                planned = await plan()
                self.limits.check_system(planned)
                await self.guard.check(new_texts(planned), caller)
                run = await self._begin(planned, caller)
        except AntiphonError as problem:
            if problem.failure.kind == "not_found":  # another server has deleted the session
                self._changed(("session", panes[0].session_id))
            raise
        return await self._finish(run, caller)

    async def choose(
        self, params: BroadcastParams, busy: Callable[[str], bool] | None = None
    ) -> PaneSelection:
        """The panes that `params` name; see `PaneSelector.choose` for what it raises."""
        chooser = PaneSelector(self._history, self._providers, busy or self._runs.busy)
        choice = await chooser.choose(params, self.limits.default_models)
        if len(choice.asked) > self.limits.max_panes:
            raise error(
                "invalid_params",
                f"A run may have {self.limits.max_panes} panes, not {len(choice.asked)}.",
                hint="Name fewer models, or raise limits.maxPanesPerRun.",
                field="$.models",
            )
        return choice

    def check_prompt(self, prompt: str) -> None:
        """Raises where a prompt is empty or too long."""
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
    def claimed(self, panes: Sequence[Pane]) -> Generator[None]:
        """Keeps other runs off these panes."""
        pane_ids = {pane.id for pane in panes}
        self._runs.claim(pane_ids)
        try:
            yield
        finally:
            self._runs.release(pane_ids)

    async def _plan(
        self,
        params: BroadcastParams,
        choice: PaneSelection,
        reader: ContextReader,
        before: Callable[[Pane], Awaitable[list[Message]]] | None = None,
    ) -> RunPlan:
        known = before or self.settled
        brief = await read_context(
            params.context or (), reader, max_bytes=self.limits.max_context_bytes
        )
        run_id = new_id()
        plans: list[PanePlan] = []
        for pane in choice.asked:
            messages = [] if choice.is_new(pane) else await known(pane)
            prompt = Prompt(params.prompt, choice.system_for(pane), brief)
            plans.append(
                plan_question(
                    run_id,
                    pane,
                    messages,
                    await self.texts(messages),
                    prompt,
                    connect_timeout_s=self.limits.time.connect,
                )
            )
        return RunPlan(run_id, choice.session, tuple(plans), brief.texts, choice.goes_on)

    async def _plan_again(self, params: RegenerateParams, pane: Pane, answer: Message) -> RunPlan:
        messages = await self.settled(pane)
        if not messages or messages[-1].id != answer.id or answer.role != "assistant":
            raise error(
                "conflict",
                "Only the last answer of a pane can be generated again.",
                hint="Name the last answer, or ask in a new pane.",
                field="$.messageId",
            )
        chooser = PaneSelector(self._history, self._providers, self._runs.busy)
        pane = chooser.with_params(pane, params.params)
        pane = pane.model_copy(update={"model": params.model or pane.model})
        await chooser.look_for([pane.model])
        chooser.check_model(pane.model, "$.model" if params.model else "$.messageId")
        session = await self._history.session(pane.session_id)
        run_id = new_id()
        texts = await self.texts(messages)
        plan = plan_again(
            run_id,
            pane,
            messages,
            texts,
            system=params.params.system if params.params else None,
            connect_timeout_s=self.limits.time.connect,
        )
        session = session.model_copy(update={"updated_at": now()})
        return RunPlan(run_id, session, (plan,), {}, goes_on=True)

    async def settled(self, pane: Pane) -> list[Message]:
        """The messages of a pane that answers nowhere.

        Raises `AntiphonError` (`conflict`) where it answers in another server that is alive.
        """
        messages = await self._history.messages(pane_id=pane.id)
        if messages and messages[-1].status == "streaming":
            await self.archive.flush()  # its end may be all that is not stored
            await self._history.recover()
            messages = await self._history.messages(pane_id=pane.id)
        if messages and messages[-1].status == "streaming":
            message = f"The pane {pane.title} is answering in another editor."
            raise error("conflict", message, hint="Wait until it ends, or stop it there.")
        return messages

    async def _so_far(self, pane: Pane) -> list[Message]:
        """The messages of a pane that may be answering: enough for an estimate."""
        return await self._history.messages(pane_id=pane.id)

    async def texts(self, messages: Sequence[Message]) -> dict[str, str]:
        """The texts of context items that `messages` refer to, by hash."""
        hashes = [item.sha256 for message in messages for item in message.context or ()]
        return await self._history.contexts(hashes) if hashes else {}

    async def _begin(self, plan: RunPlan, caller: Caller) -> Run:
        plan = await with_token_counts(plan, self._providers, patient=False)
        purse = await self.budgets.begin(plan, allow_over=caller.allows_over_budget)
        means = RunServices(
            self._providers,
            self._clock,
            self._turns,
            self.limits.time,
            self.limits.retry,
            self._redactor,
            self.limits.max_answer_bytes,
        )
        panes = [
            LivePane(
                plan.run_id,
                each,
                self._providers.price(each.pane.model),
                self._clock,
                shows_thinking=self.limits.shows_thinking,
            )
            for each in plan.panes
        ]
        for live in panes:
            live.survives = self._history.survives
        purse.note_unpriced(panes)
        run = Run(
            plan, panes, means, self.archive, caller.sink, purse=purse, frame_s=self.limits.frame_s
        )
        self._runs.add(run)
        return run

    async def _finish(self, run: Run, caller: Caller) -> RunResult:
        session_id = run.plan.session.id
        self._changed(("session", session_id), *run.purse.changes)
        caller.cancellation.on_request(run.cancel)
        try:
            return await run.run(self._runs.schedule)
        finally:
            self._runs.remove(run)
            self._changed(("session", session_id), ("meter", session_id), *run.purse.changes)

"""Carries out runs: claims panes, reads, stores, starts and finishes.

What a run asks is planned elsewhere (`broadcast`, `antiphon.engine.transfer`).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from antiphon.engine.budget.budgets import Budgets
from antiphon.engine.pane.live_pane import LivePane
from antiphon.engine.planning.pane_selection import PaneSelector
from antiphon.engine.planning.plan import with_token_counts
from antiphon.engine.planning.secret_scan import Guard, new_texts
from antiphon.engine.redaction import Redactor
from antiphon.engine.request.attempt import AttemptServices
from antiphon.engine.run.active_runs import NO_CLIENT
from antiphon.engine.run.run import Run
from antiphon.engine.run.settings import RunSettings
from antiphon.engine.run.sharing import RunSharing
from antiphon.engine.scheduling.schedule import RequestScheduler
from antiphon.model.conflicts import shared_by_another
from antiphon.model.failure import AntiphonError, error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Sequence

    from antiphon.engine.planning.pane_selection import PaneSelection
    from antiphon.engine.planning.plan import RunPlan
    from antiphon.engine.ports import Clock, History, Providers
    from antiphon.engine.ports.clients import Caller, ChangeNotifier
    from antiphon.engine.run.active_runs import ActiveRuns, RunningClient
    from antiphon.model.commands.runs import BroadcastParams, RunResult
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane


class RunService:
    """Starts runs and finishes them, for any module that plans one."""

    def __init__(
        self,
        history: History,
        providers: Providers,
        runs: ActiveRuns,
        clock: Clock,
        *,
        changed: ChangeNotifier,
        redactor: Redactor | None = None,
        shared: RunSharing | None = None,
        client: RunningClient = NO_CLIENT,
    ) -> None:
        """Binds the service to the providers of one `client`, which marks its runs.

        `shared` is what it has in common with the services of other clients.
        """
        shared = shared or RunSharing.create(history, clock)
        self.client = client
        self.limits = RunSettings().limits
        self.schedule = RequestScheduler(providers, hosts=shared.hosts, client=self.client)
        """The schedule of all runs."""
        self._redactor = redactor or Redactor()
        self.guard = Guard(self._redactor)
        self.budgets = Budgets(history, providers)
        self.write_queue = shared.write_queue
        self._history = history
        self._providers = providers
        self._runs = runs
        self._clock = clock
        self._changed = changed
        self._turns = shared.turns
        self._observer = shared.observer

    def apply(self, settings: RunSettings) -> None:
        """Adopts changed settings, while running requests keep the old ones."""
        self.limits = settings.limits
        self.budgets.set_budgets(settings.budgets)
        self.guard.mode = settings.secrets_in_prompts
        self.schedule.requests_per_minute = settings.requests_per_minute

    def check_prompt(self, prompt: str) -> None:
        """Raises `AntiphonError` (`invalid_params`) for a prompt that is empty or too long."""
        if not prompt.strip():
            raise error(
                "invalid_params", "The prompt is empty.", hint="Write a prompt.", field="$.prompt"
            )
        size, most = len(prompt.encode("utf-8", "replace")), self.limits.max_prompt_bytes
        if size > most:
            raise error(
                "invalid_params",
                f"The prompt has {size:,} bytes; {most:,} are allowed.",
                hint="Shorten it, give files as context, or raise limits.maxPromptBytes.",
                field="$.prompt",
            )

    async def choose(
        self, params: BroadcastParams, busy: Callable[[str], bool] | None = None
    ) -> PaneSelection:
        """Returns the panes that `params` name, for an estimate if `busy` is given.

        Raises as `PaneSelector.choose` does, and `AntiphonError` (`permission`) if they are to be
        asked in a session that another user shares.
        """
        choice = await self.selector(busy).choose(params, self.limits.default_models)
        if busy is None and choice.session.shared_by is not None:
            raise shared_by_another(field="$.paneIds" if params.pane_ids else "$.sessionId")
        _check_panes(len(choice.panes), self.limits.max_panes)
        return choice

    def selector(self, busy: Callable[[str], bool] | None = None) -> PaneSelector:
        """Returns a selector of panes, which refuses those that are `busy`."""
        busy = busy or self._runs.busy
        return PaneSelector(self._history, self._providers, busy, self.limits.presets)

    @contextmanager
    def claimed(self, panes: Sequence[Pane]) -> Generator[None]:
        """Keeps other runs off these panes."""
        pane_ids = {pane.id for pane in panes}
        self._runs.claim(pane_ids)
        try:
            yield
        finally:
            self._runs.release(pane_ids)

    async def settled(self, pane: Pane) -> list[Message]:
        """Returns the messages of a pane that is not answering.

        Raises `AntiphonError` (`conflict`) if it answers in another server that is alive.
        """
        messages = await self._history.messages(pane_id=pane.id)
        if messages and messages[-1].status == "streaming":
            await self.write_queue.flush()  # its end may be all that is not stored
            await self._history.recover()
            messages = await self._history.messages(pane_id=pane.id)
        if messages and messages[-1].status == "streaming":
            message = f"The pane {pane.title} is answering in another editor."
            raise error("conflict", message, hint="Wait until it ends, or stop it there.")
        return messages

    async def texts(self, messages: Sequence[Message]) -> dict[str, str]:
        """Returns the texts of context items that `messages` refer to, by hash."""
        hashes = [item.sha256 for message in messages for item in message.context or ()]
        return await self._history.contexts(hashes) if hashes else {}

    async def carry_out(
        self, panes: Sequence[Pane], plan: Callable[[], Awaitable[RunPlan]], caller: Caller
    ) -> RunResult:
        """Runs what `plan` returns, and returns when every pane has ended.

        No other run begins in `panes` while it is being planned.
        """
        try:
            with self.claimed(panes):
                planned = replace(await plan(), session_limit=caller.session_limit)
                _check_system(planned, self.limits.max_prompt_bytes)
                await self.guard.check(new_texts(planned), caller)
                run = await self._begin(planned, caller)
        except AntiphonError as problem:
            if problem.failure.kind == "not_found":  # another server has deleted the session
                self._changed(("session", panes[0].session_id))
            raise
        return await self._finish(run, caller)

    async def _begin(self, plan: RunPlan, caller: Caller) -> Run:
        plan = await with_token_counts(plan, self._providers, patient=False)
        allow_over = caller.allows_over_budget or await self._confirm_price(plan, caller)
        budget = await self.budgets.begin(plan, allow_over=allow_over)
        services = AttemptServices(
            self._providers,
            self._clock,
            self._turns,
            self.limits.time,
            self.limits.retry,
            self._redactor,
            self.limits.max_answer_bytes,
            self._observer,
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
        budget.note_unpriced(panes)
        run = Run(
            plan,
            panes,
            services,
            self.write_queue,
            caller.sink,
            budget=budget,
            frame_s=self.limits.frame_s,
        )
        self._runs.add(run, self.client)
        return run

    async def _confirm_price(self, plan: RunPlan, caller: Caller) -> bool:
        """Asks the caller about the price once, and returns whether it may exceed a budget.

        Raises `AntiphonError` (`budget`) if the user declines.
        """
        if caller.confirm_above is None:
            return False
        from antiphon.engine.budget.price_question import (  # noqa: PLC0415 - few callers ask
            find_price_question,
        )

        over = await self.budgets.find_excess(plan)
        question = find_price_question(plan, caller.confirm_above, self._providers, over)
        if question is None:
            return False
        if not await caller.may_spend(question.text):
            hint = "Ask fewer models, or confirm it."
            raise error("budget", "Nothing was sent: its price was not confirmed.", hint=hint)
        return question.exceeds_budget

    async def _finish(self, run: Run, caller: Caller) -> RunResult:
        session_id = run.plan.session.id
        self._changed(("session", session_id), *run.budget.changes)
        caller.cancellation.on_request(run.cancel)
        try:
            return await run.run(self.schedule)
        finally:
            self._runs.remove(run)
            self._changed(("session", session_id), ("meter", session_id), *run.budget.changes)


def _check_panes(count: int, most: int) -> None:
    if count > most:
        raise error(
            "invalid_params",
            f"A run may have {most} panes, not {count}.",
            hint="Name fewer models, or raise limits.maxPanesPerRun.",
            field="$.models",
        )


def _check_system(plan: RunPlan, most: int) -> None:
    for message in (each for pane in plan.panes for each in pane.opening):
        size = len(message.content.encode("utf-8", "replace"))
        if message.role == "system" and size > most:
            raise error(
                "invalid_params",
                f"The system prompt has {size:,} bytes; {most:,} are allowed.",
                hint="Shorten it, or raise limits.maxPromptBytes.",
                field="$.system",
            )

"""Plans broadcasts, regenerations and estimates, which `RunService` carries out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.engine.planning.estimate import estimate
from antiphon.engine.planning.plan import (
    PanePlan,
    Prompt,
    RunPlan,
    plan_again,
    plan_question,
    with_token_counts,
)
from antiphon.engine.planning.prompt_context import PromptContext, read_context
from antiphon.engine.planning.secret_scan import new_texts
from antiphon.engine.ports.ledger import SpendingScope
from antiphon.model.commands.runs import CancelParams, CancelResult
from antiphon.model.conflicts import shared_by_another, still_answering
from antiphon.model.conversation.session import is_title_of, number_titles, title_panes
from antiphon.model.failure import error
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from decimal import Decimal

    from antiphon.engine.planning.pane_selection import ChosenModel, PaneSelection, Presets
    from antiphon.engine.ports import ChatTurn, History, Providers
    from antiphon.engine.ports.clients import Caller
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.engine.run.run_service import RunService
    from antiphon.model.commands.runs import (
        BroadcastParams,
        EstimateResult,
        RegenerateParams,
        RunResult,
    )
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, Session

_log = logging.getLogger(__name__)


class RunExtras(Struct, frozen=True):
    """What a prompt file adds to a broadcast."""

    earlier: Sequence[ChatTurn] = ()
    """Turns that begin each new pane, before the prompt."""
    limit: Decimal | None = None
    """US dollars that the run may cost, beside the user's budgets."""


_NOTHING = RunExtras()


class Broadcaster:
    """Answers `antiphon.broadcast`, `regenerate`, `estimate` and `cancel`."""

    def __init__(
        self, history: History, providers: Providers, runs: ActiveRuns, service: RunService
    ) -> None:
        self._history = history
        self._providers = providers
        self._runs = runs
        self._service = service

    async def broadcast(
        self, params: BroadcastParams, caller: Caller, extras: RunExtras = _NOTHING
    ) -> RunResult:
        """Asks all panes, and returns when every pane has ended.

        Raises `AntiphonError` for every error before the first request is sent.
        """
        self._service.check_prompt(params.prompt)
        choice = await self._service.choose(params)
        return await self._service.carry_out(
            choice.panes,
            lambda: self._plan(params, choice, caller, self._service.settled, extras),
            caller,
        )

    async def regenerate(self, params: RegenerateParams, caller: Caller) -> RunResult:
        """Asks for the last answer of a pane again, from the same or another model."""
        answer = await self._history.message(params.message_id)
        pane = await self._history.pane(answer.pane_id)
        if (await self._history.session(pane.session_id)).shared_by is not None:
            raise shared_by_another(field="$.messageId")
        if self._runs.busy(pane.id):
            raise still_answering(pane.title, field="$.messageId")
        return await self._service.carry_out(
            [pane], lambda: self._plan_again(params, pane, answer), caller
        )

    async def estimate(
        self, params: BroadcastParams, caller: Caller, extras: RunExtras = _NOTHING
    ) -> EstimateResult:
        """Returns what `broadcast` with the same arguments would cost, without sending."""
        service = self._service
        service.check_prompt(params.prompt)
        choice = await service.choose(params, busy=lambda _: False)
        plan = await self._plan(params, choice, caller, self._so_far, extras)
        plan = await with_token_counts(plan, self._providers, patient=True)
        warnings = await service.guard.warnings(new_texts(plan))
        scope = SpendingScope(now(), session_id=plan.session.id)
        return estimate(plan.panes, self._providers).model_copy(
            update={
                "budgets": await service.budgets.statuses(scope),
                "warnings": warnings or None,
            }
        )

    def cancel(self, params: CancelParams) -> CancelResult:
        """Stops a run, a pane, or everything that this client runs."""
        cancelled = self._runs.cancel(params.run_id, params.pane_id, self._service.client)
        _log.debug("%d panes are stopped: the command antiphon.cancel", cancelled)
        return CancelResult(cancelled=cancelled)

    async def _plan(
        self,
        params: BroadcastParams,
        choice: PaneSelection,
        caller: Caller,
        known: Callable[[Pane], Awaitable[list[Message]]],
        extras: RunExtras,
    ) -> RunPlan:
        limits = self._service.limits
        brief = PromptContext()
        if params.context:
            most = limits.max_context_bytes
            brief = await read_context(params.context, caller.context, max_bytes=most)
        run_id = new_id()
        plans: list[PanePlan] = []
        for pane in choice.panes:
            messages = [] if choice.is_new(pane) else await known(pane)
            prompt = Prompt(params.prompt, choice.system_for(pane), brief, extras.earlier)
            plans.append(
                plan_question(
                    run_id,
                    pane,
                    messages,
                    await self._service.texts(messages),
                    prompt,
                    connect_timeout_s=limits.time.connect,
                )
            )
        return RunPlan(
            run_id,
            choice.session,
            tuple(plans),
            brief.texts,
            session_exists=choice.session_exists,
            limit=extras.limit,
        )

    async def _plan_again(self, params: RegenerateParams, pane: Pane, answer: Message) -> RunPlan:
        messages = await self._service.settled(pane)
        if not messages or messages[-1].id != answer.id or answer.role != "assistant":
            raise error(
                "conflict",
                "Only the last answer of a pane can be generated again.",
                hint="Name the last answer, or ask in a new pane.",
                field="$.messageId",
            )
        chooser = self._service.selector()
        presets = self._service.limits.presets
        chosen = presets.resolve(params.model, "$.model") if params.model else None
        session = await self._history.session(pane.session_id)
        pane = _with_model(pane, chosen, session, presets) if chosen else pane
        asked = chosen.merge_params(params.params) if chosen else params.params
        pane = chooser.with_params(pane, asked)
        await chooser.look_for([pane.model])
        chooser.check_model(pane.model, "$.model" if params.model else "$.messageId")
        run_id = new_id()
        texts = await self._service.texts(messages)
        plan = plan_again(
            run_id,
            pane,
            messages,
            texts,
            system=asked.system if asked else None,
            connect_timeout_s=self._service.limits.time.connect,
        )
        session = session.model_copy(update={"updated_at": now()})
        return RunPlan(run_id, session, (plan,), {}, session_exists=True)

    async def _so_far(self, pane: Pane) -> list[Message]:
        """Returns the messages of a pane that may be answering, for an estimate."""
        return await self._history.messages(pane_id=pane.id)


def _with_model(pane: Pane, chosen: ChosenModel, session: Session, presets: Presets) -> Pane:
    """Returns `pane` for another model, and keeps a title that the user gave."""
    title, model = pane.title, chosen.model
    if is_title_of(title, pane.model) or presets.gave_title(title, pane.model):
        others = {each.title: each.model for each in session.panes if each.id != pane.id}
        if chosen.preset_title:
            [title] = number_titles([chosen.preset_title], others)
        elif model != pane.model:
            [title] = title_panes([model], others)
    return pane.model_copy(update={"model": model, "title": title})

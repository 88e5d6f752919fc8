"""Sends what was said in one pane into others, and keeps where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from antiphon.engine.planning.plan import RunPlan, new_message, plan_answer
from antiphon.engine.planning.secret_scan import texts_of_message
from antiphon.engine.transfer.selection import chosen_passages
from antiphon.model.commands.runs import BroadcastParams
from antiphon.model.commands.transfer import SendToResult
from antiphon.model.conversation.message import Provenance
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.planning.pane_selection import PaneSelection
    from antiphon.engine.planning.plan import PanePlan
    from antiphon.engine.ports import History
    from antiphon.engine.ports.clients import Caller, ChangeNotifier
    from antiphon.engine.run.run_service import RunService
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.engine.transfer.selection import Excerpt
    from antiphon.model.commands.transfer import SendToParams
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane


class Transfers:
    """Answers `antiphon.sendTo`."""

    def __init__(
        self,
        history: History,
        documents: ShownMessages,
        service: RunService,
        *,
        changed: ChangeNotifier,
    ) -> None:
        self._history = history
        self._documents = documents
        self._service = service
        self._changed = changed

    async def send(self, params: SendToParams, caller: Caller) -> SendToResult:
        """Puts the passages into the targets; with `ask`, waits for the answers too.

        Raises `AntiphonError` before anything is stored: `conflict` where a message or a target is
        still being written, `not_found` where an id names nothing, `invalid_params` where nothing
        or nowhere is named, or where a pane would be sent its own words.
        """
        passages = await chosen_passages(params.from_, self._documents)
        self._check(params, passages)
        try:
            choice = await self._service.choose(self._targets(params, passages))
        except AntiphonError as problem:
            field = problem.field and problem.field.replace("$", "$.to", 1)
            raise AntiphonError(problem.failure, field=field) from problem
        for pane in choice.asked:
            if pane.id in {passage.pane.id for passage in passages}:
                raise error(
                    "invalid_params",
                    f"{pane.title} has said this itself.",
                    hint="Send it to another pane, or reply in this one.",
                    field="$.to.paneIds",
                )
        sending = Sending(params, passages, choice)
        return await (
            self._ask(sending, caller) if params.mode == "ask" else self._put(sending, caller)
        )

    def _check(self, params: SendToParams, passages: Sequence[Excerpt]) -> None:
        for passage in passages:
            if passage.message.status == "streaming":
                raise error(
                    "conflict",
                    f"{passage.pane.title} is still writing this.",
                    hint="Wait until it ends, or stop it first.",
                    field="$.from",
                )
        if not any(passage.content.strip() for passage in passages):
            raise error(
                "invalid_params",
                "There is no text in what is sent.",
                hint="Choose a message with text, or select some of it.",
                field="$.from",
            )
        size = sum(len(passage.content.encode("utf-8", "replace")) for passage in passages)
        most = self._service.limits.max_context_bytes
        if size > most:
            raise error(
                "invalid_params",
                f"These messages have {size:,} bytes; {most:,} can be sent at once.",
                hint="Send fewer or a selection, or raise limits.maxContextBytes.",
                field="$.from",
            )
        if not params.to.pane_ids and not params.to.models:
            raise error(
                "invalid_params",
                "No target is named.",
                hint="Name panes in paneIds, or models for new panes.",
                field="$.to",
            )
        asks = params.mode == "ask" and params.prompt is None
        if asks and params.role == "preserve" and passages[-1].message.role != "user":
            raise error(
                "invalid_params",
                "An answer that stays the model's own words is no question.",
                hint="Give a prompt, or make it the user's with the role user.",
                field="$.prompt",
            )
        if params.mode == "context" and params.prompt is not None:
            raise error(
                "invalid_params",
                "A prompt is a question, and nothing is asked in this mode.",
                hint="Use the mode ask, or leave the prompt out.",
                field="$.prompt",
            )

    def _targets(self, params: SendToParams, passages: Sequence[Excerpt]) -> BroadcastParams:
        session_id = None if params.to.pane_ids else passages[0].pane.session_id
        return BroadcastParams(
            prompt="-",
            models=[*params.to.models] if params.to.models else None,
            pane_ids=params.to.pane_ids or None,
            session_id=session_id,
            params=params.params,
        )

    async def _ask(self, sending: Sending, caller: Caller) -> SendToResult:
        sent: list[Message] = []

        async def plan() -> RunPlan:
            run_id = new_id()
            panes: list[PanePlan] = []
            for pane in sending.choice.asked:
                before = await self._before(pane, sending)
                opening = sending.opening(run_id, pane)
                sent.extend(message for message in opening if message.provenance is not None)
                texts = await self._service.texts([*before, *opening])
                connect_s = self._service.limits.time.connect
                panes.append(
                    plan_answer(run_id, pane, before, opening, texts, connect_timeout_s=connect_s)
                )
            session = sending.choice.session
            return RunPlan(run_id, session, tuple(panes), {}, sending.choice.goes_on)

        if sending.params.prompt is not None:
            self._service.limits.check_prompt(sending.params.prompt)
        result = await self._service.carry_out(sending.choice.asked, plan, caller)
        return SendToResult(
            session_id=result.session_id,
            panes=result.panes,
            messages=sent,
            run_id=result.run_id,
            status=result.status,
            results=result.results,
            budget_warnings=result.budget_warnings,
        )

    async def _put(self, sending: Sending, caller: Caller) -> SendToResult:
        panes = list(sending.choice.asked)
        session = sending.choice.session.model_copy(update={"panes": panes})
        with self._service.claimed(panes):
            for pane in panes:
                await self._before(pane, sending)
            added = [message for pane in panes for message in sending.opening(None, pane)]
            # Nothing leaves yet, but the next question in these panes takes it along.
            leaving = (text for message in added for text in texts_of_message(message))
            await self._service.guard.check(leaving, caller)
            await self._history.add_messages(session, added)
        self._changed(("session", session.id), *(("pane", pane.id) for pane in panes))
        sent = [message for message in added if message.provenance is not None]
        return SendToResult(session_id=session.id, panes=panes, messages=sent)

    async def _before(self, pane: Pane, sending: Sending) -> list[Message]:
        return [] if sending.choice.is_new(pane) else await self._service.settled(pane)


@dataclass(frozen=True, slots=True)
class Sending:
    """What is sent, and where to."""

    params: SendToParams
    passages: Sequence[Excerpt]
    choice: PaneSelection

    def opening(self, run_id: str | None, pane: Pane) -> list[Message]:
        """The messages that `pane` gains, before its answer where it is asked for one."""
        system = self.choice.system_for(pane)
        opening = [new_message(run_id, pane, "system", system)] if system else []
        asks = self.params.mode == "ask" and self.params.prompt is None
        opening += [
            _transferred(run_id, pane, each, self.params, asks=asks) for each in self.passages
        ]
        if self.params.prompt is not None:
            opening.append(new_message(run_id, pane, "user", self.params.prompt))
        return opening


def _transferred(
    run_id: str | None, pane: Pane, passage: Excerpt, params: SendToParams, *, asks: bool
) -> Message:
    keeps = params.role == "preserve" and passage.message.role != "system"
    role = passage.message.role if keeps else "user"
    answered = passage.message.role == "assistant"
    model = passage.message.model or passage.pane.model
    provenance = Provenance(
        session_id=passage.pane.session_id,
        pane_id=passage.pane.id,
        message_id=passage.message.id,
        model=model,
        range=passage.range,
        via="sendTo",
        transferred_at=now(),
        note=" ".join(params.note.split()) if params.note else None,
        quoted=True if answered and role == "user" and not asks else None,
    )
    update = {
        "provenance": provenance,
        "model": model if role == "assistant" else None,
        "context": passage.message.context if passage.range is None else None,
    }
    return new_message(run_id, pane, role, passage.content).model_copy(update=update)

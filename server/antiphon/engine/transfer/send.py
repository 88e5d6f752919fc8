"""Transfers messages of one pane to others, and records their provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.engine.planning.plan import RunPlan, new_message, plan_answer
from antiphon.engine.planning.secret_scan import texts_of_message
from antiphon.engine.transfer.selection import select_excerpts
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
        """Adds the messages to the target panes. With the mode `ask`, waits for their answers.

        Raises `AntiphonError` before anything is stored: `conflict` if a message or a target is
        still being written, `not_found` if an id names nothing, `invalid_params` if no message or
        no target is named, or if a pane would be sent its own message.
        """
        excerpts = await select_excerpts(params.from_, self._documents)
        self._check(params, excerpts)
        try:
            choice = await self._service.choose(self._targets(params, excerpts))
        except AntiphonError as failed:
            field = failed.field and failed.field.replace("$", "$.to", 1)
            raise AntiphonError(failed.failure, field=field) from failed
        for pane in choice.panes:
            if pane.id in {excerpt.pane.id for excerpt in excerpts}:
                raise error(
                    "invalid_params",
                    f"{pane.title} wrote this message itself.",
                    hint="Send it to another pane, or reply in this one.",
                    field="$.to.paneIds",
                )
        sending = Sending(params, excerpts, choice)
        return await (
            self._send_and_ask(sending, caller)
            if params.mode == "ask"
            else self._store(sending, caller)
        )

    def _check(self, params: SendToParams, excerpts: Sequence[Excerpt]) -> None:
        for excerpt in excerpts:
            if excerpt.message.status == "streaming":
                raise error(
                    "conflict",
                    f"{excerpt.pane.title} is still writing this.",
                    hint="Wait until it ends, or stop it first.",
                    field="$.from",
                )
        if not any(excerpt.content.strip() for excerpt in excerpts):
            raise error(
                "invalid_params",
                "There is no text in what is sent.",
                hint="Choose a message with text, or select some of it.",
                field="$.from",
            )
        size = sum(len(excerpt.content.encode("utf-8", "replace")) for excerpt in excerpts)
        max_bytes = self._service.limits.max_context_bytes
        if size > max_bytes:
            raise error(
                "invalid_params",
                f"These messages have {size:,} bytes. At most {max_bytes:,} can be sent at once.",
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
        if asks and params.role == "preserve" and excerpts[-1].message.role != "user":
            raise error(
                "invalid_params",
                "An answer that keeps the role assistant is not a prompt.",
                hint="Add a prompt, or send it with the role user.",
                field="$.prompt",
            )
        if params.mode == "context" and params.prompt is not None:
            raise error(
                "invalid_params",
                "The mode context sends messages without asking, so it has no prompt.",
                hint="Use the mode ask, or leave the prompt out.",
                field="$.prompt",
            )

    def _targets(self, params: SendToParams, excerpts: Sequence[Excerpt]) -> BroadcastParams:
        session_id = None if params.to.pane_ids else excerpts[0].pane.session_id
        return BroadcastParams(
            prompt="-",
            models=[*params.to.models] if params.to.models else None,
            pane_ids=params.to.pane_ids or None,
            session_id=session_id,
            params=params.params,
        )

    async def _send_and_ask(self, sending: Sending, caller: Caller) -> SendToResult:
        sent: list[Message] = []

        async def plan() -> RunPlan:
            run_id = new_id()
            panes: list[PanePlan] = []
            for pane in sending.choice.panes:
                before = await self._before(pane, sending)
                opening = sending.opening(run_id, pane)
                sent.extend(message for message in opening if message.provenance is not None)
                texts = await self._service.texts([*before, *opening])
                connect_s = self._service.limits.time.connect
                panes.append(
                    plan_answer(run_id, pane, before, opening, texts, connect_timeout_s=connect_s)
                )
            session = sending.choice.session
            return RunPlan(run_id, session, tuple(panes), {}, sending.choice.session_exists)

        if sending.params.prompt is not None:
            self._service.check_prompt(sending.params.prompt)
        result = await self._service.carry_out(sending.choice.panes, plan, caller)
        return SendToResult(
            session_id=result.session_id,
            panes=result.panes,
            messages=sent,
            run_id=result.run_id,
            status=result.status,
            results=result.results,
            budget_warnings=result.budget_warnings,
        )

    async def _store(self, sending: Sending, caller: Caller) -> SendToResult:
        panes = list(sending.choice.panes)
        session = sending.choice.session.model_copy(update={"panes": panes})
        with self._service.claimed(panes):
            for pane in panes:
                await self._before(pane, sending)
            added = [message for pane in panes for message in sending.opening(None, pane)]
            # Nothing is sent to a provider yet, but the next prompt in these panes will send it.
            texts = await self._service.texts(added)
            leaving = (text for message in added for text in texts_of_message(message, texts))
            await self._service.guard.check(leaving, caller)
            await self._history.add_messages(session, added)
        self._changed(("session", session.id), *(("pane", pane.id) for pane in panes))
        sent = [message for message in added if message.provenance is not None]
        return SendToResult(session_id=session.id, panes=panes, messages=sent)

    async def _before(self, pane: Pane, sending: Sending) -> list[Message]:
        return [] if sending.choice.is_new(pane) else await self._service.settled(pane)


class Sending(Struct, frozen=True):
    """The messages to transfer, and the selected target panes."""

    params: SendToParams
    excerpts: Sequence[Excerpt]
    choice: PaneSelection

    def opening(self, run_id: str | None, pane: Pane) -> list[Message]:
        """Returns the messages that `pane` gains, before its answer if it is asked."""
        system = self.choice.system_for(pane)
        opening = [new_message(run_id, pane, "system", system)] if system else []
        asks = self.params.mode == "ask" and self.params.prompt is None
        opening += [
            _transfer_message(run_id, pane, each, self.params, asks=asks) for each in self.excerpts
        ]
        if self.params.prompt is not None:
            opening.append(new_message(run_id, pane, "user", self.params.prompt))
        return opening


def _transfer_message(
    run_id: str | None, pane: Pane, excerpt: Excerpt, params: SendToParams, *, asks: bool
) -> Message:
    keeps_role = params.role == "preserve" and excerpt.message.role != "system"
    role = excerpt.message.role if keeps_role else "user"
    is_answer = excerpt.message.role == "assistant"
    model = excerpt.message.model or excerpt.pane.model
    provenance = Provenance(
        session_id=excerpt.pane.session_id,
        pane_id=excerpt.pane.id,
        message_id=excerpt.message.id,
        model=model,
        range=excerpt.range,
        via="sendTo",
        transferred_at=now(),
        note=" ".join(params.note.split()) if params.note else None,
        quoted=True if is_answer and role == "user" and not asks else None,
    )
    update = {
        "provenance": provenance,
        "model": model if role == "assistant" else None,
        "context": excerpt.message.context if excerpt.range is None else None,
    }
    return new_message(run_id, pane, role, excerpt.content).model_copy(update=update)

"""The first and the last event of an answer, which say how the pane's document changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine import document
from antiphon.model.events import ErrorEvent, FinalEvent, StartEvent
from antiphon.model.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from antiphon.engine.plan import PanePlan
    from antiphon.model.message import Message
    from antiphon.model.session import Pane


def start_event(run_id: str, plan: PanePlan, pane: Pane, seq: int) -> StartEvent:
    """The answer of `plan` begins: its prompt's blocks and its own heading are appended."""
    append = "".join(
        document.opening(message, first=not plan.before and index == 0)
        + message.content
        + document.closing(message)
        for index, message in enumerate((*plan.opening, plan.answer))
    )
    return StartEvent(
        pane_id=plan.pane.id,
        message_id=plan.answer.id,
        seq=seq,
        model=plan.pane.model,
        append=append,
        run_id=run_id,
        pane=pane,
        cut_from=plan.cut_from,
    )


def end_event(result: Message, seq: int) -> FinalEvent | ErrorEvent:
    """The answer `result` is over; `error` where it failed before any text arrived."""
    append = document.closing(result) or None
    if result.status == "failed" and result.error is not None:
        return ErrorEvent(
            pane_id=result.pane_id,
            message_id=result.id,
            seq=seq,
            failure=result.error,
            append=append,
            content=result.content,
        )
    return FinalEvent(
        pane_id=result.pane_id,
        message_id=result.id,
        seq=seq,
        status=result.status,
        finish_reason=result.finish_reason,
        content=result.content,
        append=append,
        failure=result.error,
        usage=result.usage or Usage(),
        cost=result.cost or Cost(),
        latency=result.latency or Latency(),
        notes=result.notes,
    )

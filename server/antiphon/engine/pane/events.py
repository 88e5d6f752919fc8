"""Builds the events of an answer, of which the first appends its headings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.document import render
from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    MeterEvent,
    ReasoningEvent,
    RetryEvent,
    StartEvent,
    WaitEvent,
)
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from antiphon.engine.planning.plan import PanePlan
    from antiphon.engine.ports import Price
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane
    from antiphon.model.failure import Failure

_NOTHING_YET: Final = Cost(amount="0", source="priced")
_UNPRICED: Final = Cost()


def start_event(
    run_id: str, plan: PanePlan, pane: Pane, seq: int, price: Price | None
) -> StartEvent:
    """Builds the first event, with the prompt's blocks and the answer's heading."""
    append = "".join(
        render.opening(message, first=not plan.before and index == 0)
        + message.content
        + render.closing(message)
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
        cost=_NOTHING_YET if price else _UNPRICED,
    )


def reasoning_event(answer: Message, seq: int, append: str) -> ReasoningEvent:
    """Builds the event that appends reasoning, as Markdown."""
    return ReasoningEvent(pane_id=answer.pane_id, message_id=answer.id, seq=seq, append=append)


def meter_event(
    answer: Message, seq: int, usage: Usage, cost: Cost, latency: Latency
) -> MeterEvent:
    """Builds the event with the figures so far."""
    return MeterEvent(
        pane_id=answer.pane_id,
        message_id=answer.id,
        seq=seq,
        usage=usage,
        cost=cost,
        latency=latency,
    )


def retry_event(answer: Message, attempt: int, delay_ms: int, failure: Failure) -> RetryEvent:
    """Builds the event of a retry, numbered when it is shown."""
    return RetryEvent(
        pane_id=answer.pane_id,
        message_id=answer.id,
        seq=0,
        attempt=attempt,
        delay_ms=delay_ms,
        failure=failure,
    )


def wait_event(answer: Message, running: int, ahead: int) -> WaitEvent:
    """Builds the event of a request that waits for a slot, without its sequence number."""
    return WaitEvent(
        pane_id=answer.pane_id, message_id=answer.id, seq=0, running=running, ahead=ahead
    )


def end_event(result: Message, seq: int) -> FinalEvent | ErrorEvent:
    """Builds the last event of an answer, an error if it failed without text."""
    append = render.closing(result) or None
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

"""Events of a run, made with as few words as a test has for them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    MeterEvent,
    ReasoningEvent,
    RetryEvent,
    StartEvent,
    TokenEvent,
)
from antiphon.model.conversation.session import Pane
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Cost, Latency, Usage

if TYPE_CHECKING:
    from antiphon.model.conversation.message import Status

USAGE = Usage(input_tokens=30, output_tokens=120, source="provider")
LATENCY = Latency(ttft_ms=90, total_ms=3100, tokens_per_second=42.3)
COST = Cost.of(Decimal("0.00123"))


def ids(name: str) -> dict[str, str]:
    return {"pane_id": f"pane-{name}", "message_id": f"message-{name}"}


def start(name: str, model: str | None = None) -> StartEvent:
    model = model or f"demo/{name}"
    pane = Pane(
        id=f"pane-{name}", session_id="s", model=model, title=name, uri="antiphon:/", created_at=""
    )
    return StartEvent(**ids(name), seq=1, model=model, append="", run_id="r", pane=pane)


def token(name: str, text: str) -> TokenEvent:
    return TokenEvent(**ids(name), seq=2, text=text)


def thought(name: str, quote: str) -> ReasoningEvent:
    return ReasoningEvent(**ids(name), seq=2, append=quote)


def meter(name: str) -> MeterEvent:
    return MeterEvent(**ids(name), seq=3, usage=USAGE, cost=COST, latency=LATENCY)


def retry(name: str, delay_ms: int) -> RetryEvent:
    failure = Failure.of("rate_limited")
    return RetryEvent(**ids(name), seq=2, attempt=2, delay_ms=delay_ms, failure=failure)


def final(
    name: str, status: Status = "complete", content: str = "", failure: Failure | None = None
) -> FinalEvent:
    return FinalEvent(
        **ids(name),
        seq=9,
        status=status,
        finish_reason=None,
        content=content,
        failure=failure,
        usage=USAGE,
        cost=COST,
        latency=LATENCY,
    )


def error(name: str, failure: Failure) -> ErrorEvent:
    return ErrorEvent(**ids(name), seq=2, failure=failure)

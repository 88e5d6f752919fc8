"""Converts values of the model to rows of the database and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

from msgspec import Struct

from antiphon.history.sql import parameters
from antiphon.model.conversation.message import ContextDigest, Message, Provenance
from antiphon.model.conversation.session import Pane, PaneState, Params, Session, Source
from antiphon.model.failure import Failure
from antiphon.model.values.usage import Cost, Latency, Usage
from antiphon.model.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from antiphon.history.sql.connection import Row

W = TypeVar("W", bound=Wire)

MESSAGE_COLUMNS: Final = (
    "id",
    "pane_id",
    "run_id",
    "role",
    "status",
    "superseded",
    "created_at",
    "model",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "reasoning_tokens",
    "usage_source",
    "cost_amount",
    "cost_currency",
    "cost_source",
    "queued_ms",
    "ttft_ms",
    "total_ms",
    "tokens_per_second",
    "finish_reason",
    "provenance",
    "error",
    "context",
    "notes",
    "content",
    "reasoning",
    "cache_write_tokens",
    "answered_by",
)
"""The columns of `messages` that a `Message` has values for."""


def row_of_message(message: Message) -> dict[str, Any]:
    """Returns the parameters that store `message`, one for each of `MESSAGE_COLUMNS`."""
    usage, cost, latency = message.usage, message.cost, message.latency
    return parameters.row(
        {
            "id": message.id,
            "pane_id": message.pane_id,
            "run_id": message.run_id,
            "role": message.role,
            "status": message.status,
            "superseded": bool(message.superseded),
            "created_at": message.created_at,
            "model": message.model,
            "input_tokens": usage and usage.input_tokens,
            "output_tokens": usage and usage.output_tokens,
            "cached_input_tokens": usage and usage.cached_input_tokens,
            "reasoning_tokens": usage and usage.reasoning_tokens,
            "cache_write_tokens": usage and usage.cache_write_tokens,
            "usage_source": usage and usage.source,
            "cost_amount": cost and cost.amount,
            "cost_currency": cost and cost.currency,
            "cost_source": cost and cost.source,
            "queued_ms": latency and latency.queued_ms,
            "ttft_ms": latency and latency.ttft_ms,
            "total_ms": latency and latency.total_ms,
            "tokens_per_second": latency and latency.tokens_per_second,
            "finish_reason": message.finish_reason,
            "provenance": json_of(message.provenance),
            "error": json_of(message.error),
            "context": json_of(message.context),
            "notes": parameters.json_text(message.notes),
            "content": message.content,
            "reasoning": message.reasoning,
            "answered_by": message.answered_by,
        }
    )


class Streamed(Struct, frozen=True):
    """The text of a running answer that is stored so far, in `chunks`."""

    content: str = ""
    reasoning: str = ""


NOT_RUNNING: Final = Streamed()


def streamed(chunks: Iterable[Row]) -> Streamed:
    """Joins the texts of one answer's chunks in their order."""
    content: list[str] = []
    reasoning: list[str] = []
    for chunk in chunks:
        (reasoning if chunk["is_reasoning"] else content).append(chunk["text"])
    return Streamed("".join(content), "".join(reasoning))


def message_of_row(row: Row, running: Streamed = NOT_RUNNING) -> Message:
    """Converts a row of `messages`, with `running` as the text stored so far."""
    return Message(
        id=row["id"],
        pane_id=row["pane_id"],
        run_id=row["run_id"],
        role=row["role"],
        content=row["content"] + running.content,
        reasoning=running.reasoning or row["reasoning"],
        status=row["status"],
        created_at=row["created_at"],
        model=row["model"],
        answered_by=row["answered_by"],
        usage=_usage(row),
        cost=_cost(row),
        latency=_latency(row),
        finish_reason=row["finish_reason"],
        provenance=_parsed(Provenance, row["provenance"]),
        error=_parsed(Failure, row["error"]),
        context=_parsed_list(ContextDigest, row["context"]),
        notes=json.loads(row["notes"]) if row["notes"] else None,
        superseded=True if row["superseded"] else None,
    )


def row_of_pane(pane: Pane) -> dict[str, Any]:
    """Returns the parameters that store `pane`, whose state follows from its messages."""
    return parameters.row(
        {
            "id": pane.id,
            "session_id": pane.session_id,
            "model": pane.model,
            "title": pane.title,
            "type": pane.type,
            "uri": pane.uri,
            "created_at": pane.created_at,
            "params": json_of(pane.params),
            "sources": json_of(pane.sources),
        }
    )


def pane_of_row(row: Row, state: PaneState) -> Pane:
    """Converts a row of `panes`."""
    return Pane(
        id=row["id"],
        session_id=row["session_id"],
        model=row["model"],
        title=row["title"],
        type=row["type"],
        uri=row["uri"],
        state=state,
        params=Params.model_validate(json.loads(row["params"])),
        sources=_parsed_list(Source, row["sources"]) or [],
        created_at=row["created_at"],
    )


def session_of_row(row: Row, panes: list[Pane], tags: list[str]) -> Session:
    """Converts a row of `sessions`, whose owner is empty if it is the reader."""
    return Session(
        id=row["id"],
        title=row["title"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        panes=panes,
        tags=tags,
        shared_by=row["owner"] or None,
    )


def json_of(value: Wire | Sequence[Wire] | None) -> str | None:
    """Encodes a value of the model, or a list of them, as JSON."""
    # mode="json" would raise on half a surrogate pair; every value here is JSON's own already.
    if value is None:
        return None
    if isinstance(value, Wire):
        return parameters.json_text(value.model_dump(by_alias=True))
    return parameters.json_text([item.model_dump(by_alias=True) for item in value])


def _parsed(kind: type[W], stored: str | None) -> W | None:
    return kind.model_validate(json.loads(stored)) if stored else None


def _parsed_list(kind: type[W], stored: str | None) -> list[W] | None:
    return [kind.model_validate(item) for item in json.loads(stored)] if stored else None


def _usage(row: Row) -> Usage | None:
    if row["usage_source"] is None:
        return None
    return Usage(
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        cached_input_tokens=row["cached_input_tokens"],
        reasoning_tokens=row["reasoning_tokens"],
        cache_write_tokens=row["cache_write_tokens"],
        source=row["usage_source"],
    )


def _cost(row: Row) -> Cost | None:
    if row["cost_source"] is None:
        return None
    return Cost(amount=row["cost_amount"], currency=row["cost_currency"], source=row["cost_source"])


def _latency(row: Row) -> Latency | None:
    if row["total_ms"] is None:
        return None
    return Latency(
        queued_ms=row["queued_ms"],
        ttft_ms=row["ttft_ms"],
        total_ms=row["total_ms"],
        tokens_per_second=row["tokens_per_second"],
    )

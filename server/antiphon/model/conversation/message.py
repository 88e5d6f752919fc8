"""Defines messages: the entries of a pane by system, user and assistant."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.failure import Failure
from antiphon.model.values.positions import Range
from antiphon.model.values.usage import Cost, Latency, Usage
from antiphon.model.wire import Absent, Wire

Role = Literal["system", "user", "assistant"]
Status = Literal[
    "streaming", "complete", "truncated", "filtered", "cancelled", "interrupted", "failed"
]
"""All but `streaming` are final."""


class TextRange(Wire):
    """A half-open range of a message's content, in Unicode code points."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Provenance(Wire):
    """The source of a transferred message or passage."""

    session_id: str
    pane_id: str
    message_id: str
    model: str
    range: Absent[TextRange] = None
    via: Literal["sendTo", "summarize", "pipeline", "fork"]
    transferred_at: str
    note: Absent[str] = None
    quoted: Absent[bool] = None
    """True if models are sent it as a quotation: named and fenced, not as the user's own words."""


class ContextDigest(Wire):
    """A context item as it was put into a prompt, without its text."""

    label: str
    """What the prompt calls it, for example `src/app.py, lines 3 to 9`."""
    uri: str
    sha256: str
    bytes: int
    language_id: Absent[str] = None
    range: Absent[Range] = None
    """The part of the document; by default the whole document."""


class Message(Wire):
    """One message of a pane.

    `content` is its whole text or, while it is streaming, the stored part.
    """

    id: str
    pane_id: str
    run_id: Absent[str] = None
    role: Role
    content: str
    status: Status
    created_at: str
    model: Absent[str] = None
    """The model that answered; on messages of role `assistant` only."""
    answered_by: Absent[str] = None
    """The vendor's name of the model that answered, if it is another than was asked for."""
    reasoning: Absent[str] = None
    """The model's reasoning before it answered, in its own words, if it was shown. It is not a part
    of `content` and never sent back to a model."""
    usage: Absent[Usage] = None
    cost: Absent[Cost] = None
    latency: Absent[Latency] = None
    finish_reason: Absent[str] = None
    """The provider's own word, kept verbatim."""
    provenance: Absent[Provenance] = None
    error: Absent[Failure] = None
    context: Absent[list[ContextDigest]] = None
    """The context items that were put in front of a prompt of role `user`."""
    notes: Absent[list[str]] = None
    """What is unusual about a complete answer, for example dropped lines."""
    superseded: Absent[bool] = None
    """True if a regenerated answer replaced it: it is in the history, but not in the pane."""

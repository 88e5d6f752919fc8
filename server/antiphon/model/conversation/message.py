"""Messages: what a person, a system prompt or a model said in a pane."""

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
"""`streaming` is the one state that is not an end."""


class TextRange(Wire):
    """A half-open range of a message's content, in Unicode code points."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Provenance(Wire):
    """Where a transferred message or passage came from."""

    session_id: str
    pane_id: str
    message_id: str
    model: str
    range: Absent[TextRange] = None
    via: Literal["sendTo", "summarize", "pipeline", "fork"]
    transferred_at: str
    note: Absent[str] = None
    quoted: Absent[bool] = None
    """True where models are sent it as a quotation: named and fenced, not as the person's words."""


class ContextDigest(Wire):
    """A context item as it was put into a prompt: enough to show "same brief", without its text."""

    label: str
    """What the prompt calls it, for example `src/app.py, lines 3 to 9`."""
    uri: str
    sha256: str
    bytes: int
    language_id: Absent[str] = None
    range: Absent[Range] = None
    """The part of the document that it was; without it: all of it."""


class Message(Wire):
    """One message of a pane; `content` is the whole text, while streaming what is stored so far."""

    id: str
    pane_id: str
    run_id: Absent[str] = None
    role: Role
    content: str
    status: Status
    created_at: str
    model: Absent[str] = None
    """Who answered; on messages of role `assistant` only."""
    reasoning: Absent[str] = None
    """What the model thought before it answered, in its own words, where that was shown: no part of
    `content`, and never sent back to a model."""
    usage: Absent[Usage] = None
    cost: Absent[Cost] = None
    latency: Absent[Latency] = None
    finish_reason: Absent[str] = None
    """The provider's own word, kept verbatim."""
    provenance: Absent[Provenance] = None
    error: Absent[Failure] = None
    context: Absent[list[ContextDigest]] = None
    """What was put in front of a prompt of role `user`."""
    notes: Absent[list[str]] = None
    """What is odd about the answer though it is complete, for example dropped lines."""
    superseded: Absent[bool] = None
    """True where a regenerated answer took its place: kept in history, left out of the pane."""

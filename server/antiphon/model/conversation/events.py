"""Defines the events of a stream, which a client receives under its stream token.

Each pane of a run gets exactly one `start` and exactly one of `final` or `error`, last.
`seq` counts 1, 2, 3 … per pane and run, without a gap.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from antiphon.model.conversation.message import Message, Status
from antiphon.model.conversation.session import Pane
from antiphon.model.failure import Failure
from antiphon.model.values.positions import Position
from antiphon.model.values.usage import Cost, Latency, Usage
from antiphon.model.wire import Absent, Wire


class PaneEvent(Wire):
    """What every event has: its pane, its message, and its number in the pane's order."""

    pane_id: str
    message_id: str
    seq: int
    session_seq: Absent[int] = None
    """Of `antiphon.session.follow` only: 1, 2, 3 … for all events of the follow, without a gap."""
    at: Absent[int] = None
    """Of `antiphon.session.follow` only: the length of the pane document, in UTF-16 code units,
    before `append` or `text` is added. Who has a longer document has that text already."""

    @property
    def size(self) -> int:
        """Characters of text that the event carries."""
        return 0


class StartEvent(PaneEvent):
    """An answer begins: `append` (headings, the prompt) is added to the pane document."""

    type: Literal["start"] = "start"
    model: str
    append: str
    run_id: str
    pane: Pane
    """The pane as it is now, so that a client can open its window before the response."""
    cut_from: Absent[Position] = None
    """Regenerate only: the document is cut from here to its end before `append` is added."""
    cost: Absent[Cost] = None
    """Nothing yet: `0`, or `null` if no price is known, so that sums name it from the start."""
    messages: Absent[list[Message]] = None
    """Of `antiphon.session.follow` only: the prompt and the empty answer that the pane gets."""
    replaces: Absent[str] = None
    """Of `antiphon.session.follow` only: the id of the answer that leaves the pane for it."""

    @property
    def size(self) -> int:
        """Characters of text that the event carries."""
        return len(self.append)


class TokenEvent(PaneEvent):
    """Text of the answer, appended to the pane document and to the message document."""

    type: Literal["token"] = "token"
    text: str

    @property
    def size(self) -> int:
        """Characters of text that the event carries."""
        return len(self.text)


class ReasoningEvent(PaneEvent):
    """The model's reasoning before it answers, appended to the pane document only.

    `append` is Markdown already (a block quote), not the model's own words; only with the setting
    `stream.reasoning: "show"`, and before the first `token` only.
    """

    type: Literal["reasoning"] = "reasoning"
    append: str

    @property
    def size(self) -> int:
        """Characters of text that the event carries."""
        return len(self.append)


class MeterEvent(PaneEvent):
    """Usage, cost and latency of the running answer.

    It is sent about twice a second per pane at most.
    """

    type: Literal["meter"] = "meter"
    usage: Usage
    cost: Cost
    latency: Latency


class RetryEvent(PaneEvent):
    """The request failed before its first token, or must wait, and is sent after `delay_ms`."""

    type: Literal["retry"] = "retry"
    attempt: int
    """The number of the next attempt: 2 for the first retry, 1 if the first request must wait."""
    delay_ms: int
    failure: Failure


class WaitEvent(PaneEvent):
    """The request waits until another answer at its host ends."""

    type: Literal["wait"] = "wait"
    running: int
    """How many answers the host streams now, as many as it is asked for at once; 0: it is over."""
    ahead: int
    """How many other requests wait before this one."""


class FinalEvent(PaneEvent):
    """The answer ended. `content` is its whole text."""

    type: Literal["final"] = "final"
    status: Status
    finish_reason: str | None
    content: str
    append: Absent[str] = None
    failure: Absent[Failure] = None
    usage: Usage
    cost: Cost
    latency: Latency
    notes: Absent[list[str]] = None

    @property
    def size(self) -> int:
        """Characters of text that the event carries."""
        return len(self.content)


class ErrorEvent(PaneEvent):
    """The run of this pane failed before any text arrived."""

    type: Literal["error"] = "error"
    failure: Failure
    append: Absent[str] = None
    content: str = ""


StreamEvent = Annotated[
    StartEvent
    | TokenEvent
    | ReasoningEvent
    | MeterEvent
    | RetryEvent
    | WaitEvent
    | FinalEvent
    | ErrorEvent,
    Field(discriminator="type"),
]


class StreamBatch(Wire):
    """The value of one `$/progress` notification: events of several panes, in order."""

    events: list[StreamEvent]

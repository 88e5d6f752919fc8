"""Reduces the events of one pane to what the terminal shows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from antiphon.model.conversation.message import Status
from antiphon.model.values.usage import Cost, Latency, Usage
from antiphon_terminal.panes.reasoning import LiveReasoning
from antiphon_terminal.tty.sanitize import Sanitizer, clean_line

if TYPE_CHECKING:
    from antiphon.model.conversation.events import FinalEvent, StartEvent, StreamEvent
    from antiphon.model.failure import Failure

State = Literal["waiting", "retrying", "reasoning"] | Status


class PaneView(Struct):
    """One pane of a run, whose texts are safe to show."""

    pane_id: str
    title: str
    model: str
    state: State = "waiting"
    usage: Usage = field(default_factory=Usage)
    cost: Cost = field(default_factory=Cost)
    queue: tuple[int, int] | None = None
    """What the request waits for: answers that stream at its host, requests before it."""
    price_is_known: bool = False
    """Whether `cost` is right even before anything has been used."""
    latency: Latency = field(default_factory=Latency)
    failure: Failure | None = None
    notes: list[str] = field(default_factory=list[str])
    attempt: int = 1
    retry_at: float = 0.0
    """When the next attempt starts, in seconds on the clock of `apply`."""
    text_at: float = 0.0
    """When the last text arrived, on the same clock."""
    parts: list[str] = field(default_factory=list[str])
    sanitizer: Sanitizer = field(default_factory=Sanitizer)
    reasoning: LiveReasoning = field(default_factory=LiveReasoning)

    @classmethod
    def of(cls, event: StartEvent) -> PaneView:
        """Returns the view of a pane whose run begins."""
        view = cls(event.pane_id, clean_line(event.pane.title), clean_line(event.model))
        if event.cost is not None:
            view.cost, view.price_is_known = event.cost, True
        return view

    @property
    def ended(self) -> bool:
        """Whether the answer has ended, complete or not."""
        return self.state not in {"waiting", "retrying", "reasoning", "streaming"}

    @property
    def counts_in_sums(self) -> bool:
        """Whether a sum includes the pane: it has used tokens, or may still."""
        return bool(self.usage.total_tokens) or (self.price_is_known and not self.ended)

    @property
    def text(self) -> str:
        """The answer as far as it has arrived."""
        if len(self.parts) > 1:
            self.parts[:] = ["".join(self.parts)]
        return self.parts[0] if self.parts else ""

    def apply(self, event: StreamEvent, now: float) -> str:
        """Applies one event at the time `now`, in seconds, and returns the added text."""
        added = ""
        if event.type == "token":
            self.state, self.text_at = "streaming", now
            self.reasoning.end(now)
            added = self.sanitizer.feed(event.text)
            self.parts.append(added)
        elif event.type == "reasoning":
            self.state = "reasoning"
            self.reasoning.append(event.append, now)
        elif event.type == "meter":
            self.usage, self.cost, self.latency = event.usage, event.cost, event.latency
            is_waiting = self.state == "waiting" or (
                self.state == "retrying" and now >= self.retry_at
            )
            if self.usage.reasoning_tokens and is_waiting:
                self.state = "reasoning"
                self.reasoning.start(now)
        elif event.type == "wait":
            self.queue = (event.running, event.ahead) if event.running else None
        elif event.type == "retry":
            self.state, self.reasoning = "retrying", LiveReasoning()
            self.attempt, self.failure = event.attempt, event.failure
            self.retry_at = now + event.delay_ms / 1000
        elif event.type == "final":
            self._end(event)
        elif event.type == "error":
            self.state, self.failure = "failed", event.failure
        if self.ended:
            self.reasoning.end(now)
        return added

    def _end(self, event: FinalEvent) -> None:
        self.state, self.failure = event.status, event.failure
        self.usage, self.cost, self.latency = event.usage, event.cost, event.latency
        self.notes = [clean_line(note) for note in event.notes or []]

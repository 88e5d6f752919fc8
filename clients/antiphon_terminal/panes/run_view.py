"""Collects all panes of a run, and sums up their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.values import number_format
from antiphon_terminal.panes.pane_view import PaneView
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.conversation.events import StreamEvent


class RunView:
    """The panes of one run, in the order of their start."""

    def __init__(self) -> None:
        self.panes: dict[str, PaneView] = {}
        self.session_id = ""
        self.stopping = False
        """The user asked to stop, so only what was sent already still arrives."""

    def apply(self, event: StreamEvent, now: float) -> tuple[PaneView, str] | None:
        """Applies one event, and returns its pane and the text that it added."""
        if event.type == "start":
            self.panes[event.pane_id] = PaneView.of(event)
            self.session_id = clean_line(event.pane.session_id)
        view = self.panes.get(event.pane_id)
        return None if view is None else (view, view.apply(event, now))

    @property
    def answered(self) -> int:
        """The number of panes with a complete answer."""
        return sum(view.state == "complete" for view in self.panes.values())

    @property
    def ended(self) -> int:
        """The number of panes that have ended."""
        return sum(view.ended for view in self.panes.values())

    def mark_interrupted(self) -> None:
        """Marks every pane that has not ended as interrupted, after the run's end."""
        for view in self.panes.values():
            if not view.ended:
                view.state = "interrupted"

    def summary(self) -> list[str]:
        """Returns the parts of `2 of 3 answered · 1,204 tokens · $0.012`."""
        views = self.panes.values()
        written = sum(number_format.count_written_tokens(view.usage) for view in views)
        parts = [f"{self.answered} of {len(views)} answered"]
        not_complete = self.ended - self.answered
        if not_complete:
            parts.append(f"{not_complete} not complete")
        if written:
            parts.append(number_format.format_tokens(written))
        billed = [view.cost.amount for view in views if view.counts_in_sums]
        if cost := number_format.format_total_cost(billed):
            parts.append(cost)
        return parts

"""All panes of a run together, and what they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon_terminal.panes.pane_view import PaneView
from antiphon_terminal.tty.number_format import money, total_cost, written_tokens
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from antiphon.model.conversation.events import StreamEvent


class RunView:
    """The panes of one run, in the order of their start."""

    def __init__(self) -> None:
        self.panes: dict[str, PaneView] = {}
        self.session_id = ""
        self.stopping = False
        """The person asked to stop; what still comes is on its way already."""

    def take(self, event: StreamEvent, now: float) -> tuple[PaneView, str] | None:
        """Folds one event in; gives the pane that it belongs to, and the text that it added."""
        if event.type == "start":
            self.panes[event.pane_id] = PaneView.of(event)
            self.session_id = clean_line(event.pane.session_id)
        view = self.panes.get(event.pane_id)
        return None if view is None else (view, view.take(event, now))

    @property
    def answered(self) -> int:
        """How many panes have a complete answer."""
        return sum(view.state == "complete" for view in self.panes.values())

    @property
    def ended(self) -> int:
        """How many panes have reached their end."""
        return sum(view.ended for view in self.panes.values())

    def abandon(self) -> None:
        """The run is over without its own word: what had not ended was cut off."""
        for view in self.panes.values():
            if not view.ended:
                view.state = "interrupted"

    def summary(self) -> list[str]:
        """The parts of `2 of 3 answered · 1,204 tokens · $0.012`."""
        views = self.panes.values()
        written = sum(written_tokens(view.usage) for view in views)
        parts = [f"{self.answered} of {len(views)} answered"]
        not_complete = self.ended - self.answered
        if not_complete:
            parts.append(f"{not_complete} not complete")
        if written:
            parts.append(f"{written:,} tokens")
        spent = total_cost(view.cost for view in views)
        if spent is not None:
            parts.append(money(spent))
        return parts

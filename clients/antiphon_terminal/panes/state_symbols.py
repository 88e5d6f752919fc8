"""Defines the sign, the word and the colour of each state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.model.values.number_format import format_silence

if TYPE_CHECKING:
    from antiphon_terminal.panes.pane_view import PaneView, State


class StateStyle(Struct, frozen=True):
    """A state's sign (in Unicode and in ASCII), word and colour."""

    sign: str
    ascii_sign: str
    word: str
    style: str


STATE_STYLES: Final[dict[State, StateStyle]] = {
    "waiting": StateStyle("◌", "o", "waiting", "dim"),
    "retrying": StateStyle("↻", "~", "retrying", "yellow"),
    "reasoning": StateStyle("◌", "o", "thinking", "cyan"),
    "streaming": StateStyle("●", "*", "streaming", "cyan"),
    "complete": StateStyle("✓", "+", "complete", "green"),
    "truncated": StateStyle("◐", "!", "cut at the length limit", "yellow"),
    "filtered": StateStyle("◐", "!", "stopped by a filter", "yellow"),
    "interrupted": StateStyle("◐", "!", "interrupted", "yellow"),
    "cancelled": StateStyle("■", "-", "stopped", "yellow"),
    "failed": StateStyle("✗", "x", "failed", "red"),
}


def find_sign(state: State, *, unicode: bool = True) -> str:
    """Returns the one character for a state."""
    return STATE_STYLES[state].sign if unicode else STATE_STYLES[state].ascii_sign


def find_end_word(view: PaneView) -> str:
    """Returns the word for a pane's state, with what cut the answer."""
    if view.state == "truncated" and view.failure is not None and view.failure.kind == "budget":
        return "cut by a budget"
    return STATE_STYLES[view.state].word


def format_queue(running: int, ahead: int) -> str:
    """Formats what a request waits for: `waits for 8 answers, 2 before it`."""
    answers = f"waits for {running:,} {'answer' if running == 1 else 'answers'}"
    return f"{answers}, {ahead:,} before it" if ahead else answers


def describe_state(view: PaneView, now: float) -> str:
    """Describes a pane's state, with the seconds that it has lasted or that remain."""
    if view.state == "reasoning" and view.reasoning.began is not None:
        return f"thinking {max(0, round(now - view.reasoning.began))} s"
    if view.state == "streaming":
        return format_silence((now - view.text_at) * 1000) or STATE_STYLES[view.state].word
    if view.state == "waiting" and view.queue is not None:
        return format_queue(*view.queue)
    if view.state != "retrying":
        return find_end_word(view)
    left = max(0, round(view.retry_at - now))
    return f"attempt {view.attempt} in {left} s" if left else f"attempt {view.attempt}"

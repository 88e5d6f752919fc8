"""How a state looks: a sign, a word and a colour, so that none of them is needed alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon_terminal.panes.pane_view import PaneView, State


@dataclass(frozen=True, slots=True)
class StateStyle:
    """A state's sign (and its stand-in for terminals without Unicode), word and colour."""

    sign: str
    ascii_sign: str
    word: str
    style: str


LOOKS: Final[dict[State, StateStyle]] = {
    "waiting": StateStyle("○", "o", "waiting", "dim"),
    "retrying": StateStyle("↻", "~", "retrying", "yellow"),
    "thinking": StateStyle("○", "o", "thinking", "cyan"),
    "streaming": StateStyle("●", "*", "streaming", "cyan"),
    "complete": StateStyle("✓", "+", "complete", "green"),
    "truncated": StateStyle("◐", "!", "cut at the length limit", "yellow"),
    "filtered": StateStyle("◐", "!", "stopped by a filter", "yellow"),
    "interrupted": StateStyle("◐", "!", "interrupted", "yellow"),
    "cancelled": StateStyle("■", "-", "stopped", "yellow"),
    "failed": StateStyle("✗", "x", "failed", "red"),
}


def sign(state: State, *, unicode: bool = True) -> str:
    """The one character that stands for a state."""
    return LOOKS[state].sign if unicode else LOOKS[state].ascii_sign


def word(view: PaneView, now: float) -> str:
    """A pane's state in words: since when it thinks, how long it waits for another attempt."""
    if view.state == "thinking" and view.thinking.began is not None:
        return f"thinking {max(0, round(now - view.thinking.began))} s"
    if view.state != "retrying":
        return LOOKS[view.state].word
    left = max(0, round(view.retry_at - now))
    return f"attempt {view.attempt} in {left} s" if left else f"attempt {view.attempt}"

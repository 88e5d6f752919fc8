"""A pane's heading on the live screen: who, in which state, at what speed and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from antiphon_terminal.panes import state_symbols
from antiphon_terminal.tty import number_format

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon_terminal.panes.pane_view import PaneView

_DIM = Style(dim=True)
_BOLD = Style(bold=True)
_GAP = "  "
_SHORTEST_TITLE = 8


def meter(view: PaneView, now: float, room: int) -> str:
    """As much of `streaming · 42 tok/s · 120 tok · $0.0012` as fits into `room` cells.

    Where not all of it does, `streaming` goes first: the sign and the speed say it too.
    """
    written = number_format.written_tokens(view.usage)
    speed = "" if view.ended else number_format.speed(view.latency.tokens_per_second)
    parts = [
        state_symbols.word(view, now),
        speed,
        number_format.tokens(written) if written else "",
        "" if view.cost.amount is None else number_format.cost(view.cost),
    ]
    too_long = cell_len(number_format.joined(parts)) > room
    return as_many_as_fit(parts[1:] if too_long and speed else parts, room)


def heading(view: PaneView, width: int, now: float, *, unicode: bool = True) -> list[Segment]:
    """One line of `width` cells: sign and title at the left, the meter at the right."""
    look = state_symbols.LOOKS[view.state]
    mark = state_symbols.sign(view.state, unicode=unicode) + " "
    state = cell_len(state_symbols.word(view, now)) + len(_GAP)
    title = fit(view.title, max(width - cell_len(mark) - state, _SHORTEST_TITLE))
    left = cell_len(mark) + cell_len(title)
    right = meter(view, now, width - left - len(_GAP))
    right = f" {right}" if right else ""
    rule = width - left - cell_len(right) - 1
    line = " " + ("─" if unicode else "-") * rule if rule >= 0 else ""
    style = Style.parse(look.style)
    return [
        Segment(mark, style),
        Segment(title, _BOLD),
        Segment(line, _DIM),
        Segment(right, style),
    ]


def compact(view: PaneView, width: int, now: float, *, unicode: bool = True) -> list[Segment]:
    """One line that is all there is of a pane: its heading, and the end of its text."""
    look = state_symbols.LOOKS[view.state]
    style = Style.parse(look.style)
    mark = state_symbols.sign(view.state, unicode=unicode) + " "
    title = set_cell_size(fit(view.title, width // 3), width // 3)
    state = meter(view, now, width - cell_len(mark) - width // 3 - 1)
    return [Segment(mark, style), Segment(title, _BOLD), Segment(f" {state}", style)]


def as_many_as_fit(parts: Iterable[str], room: int) -> str:
    """The first of `parts`, whole ones, that fit into `room` cells together."""
    shown = ""
    for part in parts:
        longer = number_format.joined((shown, part))
        if cell_len(longer) > room:
            break
        shown = longer
    return shown


def fit(text: str, width: int) -> str:
    """`text` in at most `width` cells, with an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)).rstrip() + "…" if width > 0 else ""

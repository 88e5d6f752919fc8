"""Renders a pane's heading on the live screen: model, state, speed and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from antiphon.model.values import number_format
from antiphon_terminal.panes import state_symbols

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon_terminal.panes.pane_view import PaneView

_DIM = Style(dim=True)
_BOLD = Style(bold=True)
_GAP = "  "
_MIN_TITLE = 8


def format_meter(view: PaneView, now: float, width: int) -> str:
    """Formats as much of a pane's state and figures as fits into `width` cells.

    All of it is `streaming · 42 tok/s · 120 tokens · $0.0012`.

    If not all of it fits, `streaming` is left out first: the sign and the speed show it too.
    """
    token_count = number_format.count_written_tokens(view.usage)
    state = state_symbols.describe_state(view, now)
    is_streaming = state == state_symbols.STATE_STYLES["streaming"].word
    speed = number_format.format_speed(view.latency.tokens_per_second) if is_streaming else ""
    parts = [
        state,
        speed,
        number_format.format_tokens(token_count) if token_count else "",
        number_format.format_cost(view.cost.amount) if view.usage.total_tokens else "",
    ]
    too_long = cell_len(number_format.join_parts(parts)) > width
    return join_fitting(parts[1:] if too_long and speed else parts, width)


def render_heading(
    view: PaneView, width: int, now: float, *, unicode: bool = True
) -> list[Segment]:
    """Renders one line of `width` cells: sign and title left, the meter right."""
    state_style = state_symbols.STATE_STYLES[view.state]
    mark = state_symbols.find_sign(view.state, unicode=unicode) + " "
    state = cell_len(state_symbols.describe_state(view, now)) + len(_GAP)
    title = truncate(view.title, max(width - cell_len(mark) - state, _MIN_TITLE))
    left = cell_len(mark) + cell_len(title)
    right = format_meter(view, now, width - left - len(_GAP))
    right = f" {right}" if right else ""
    rule = width - left - cell_len(right) - 1
    line = " " + ("─" if unicode else "-") * rule if rule >= 0 else ""
    style = Style.parse(state_style.style)
    return [
        Segment(mark, style),
        Segment(title, _BOLD),
        Segment(line, _DIM),
        Segment(right, style),
    ]


def render_compact(
    view: PaneView, width: int, now: float, *, unicode: bool = True
) -> list[Segment]:
    """Renders a pane as one line: its sign, its title and its meter."""
    state_style = state_symbols.STATE_STYLES[view.state]
    style = Style.parse(state_style.style)
    mark = state_symbols.find_sign(view.state, unicode=unicode) + " "
    title = set_cell_size(truncate(view.title, width // 3), width // 3)
    state = format_meter(view, now, width - cell_len(mark) - width // 3 - 1)
    return [Segment(mark, style), Segment(title, _BOLD), Segment(f" {state}", style)]


def join_fitting(parts: Iterable[str], width: int) -> str:
    """Joins as many of the first `parts` as fit into `width` cells."""
    line = ""
    for part in parts:
        longer = number_format.join_parts((line, part))
        if cell_len(longer) > width:
            break
        line = longer
    return line


def truncate(text: str, width: int) -> str:
    """Cuts `text` to at most `width` cells, with an ellipsis at the cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)).rstrip() + "…" if width > 0 else ""

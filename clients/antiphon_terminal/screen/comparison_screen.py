"""Renders a comparison of two answers while they stream: the end of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style

from antiphon_terminal.panes.heading import join_fitting
from antiphon_terminal.reports import comparison
from antiphon_terminal.screen.painter import Part, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.text import Text

    from antiphon.model.commands.comparison import CompareResult

_STATUS_STYLE: Final = Style(reverse=True)
_CONTEXT: Final = 3
"""Equal lines around each difference."""


def render_rows(
    console: Console, result: CompareResult, width: int, height: int, hint: str
) -> list[Row]:
    """Renders the screen of a comparison: titles, the last lines that fit, figures."""
    heads, lines = comparison.render_lines(console, result, context=_CONTEXT, width=width)
    line_count = max(height - 1 - len(heads), 0)
    shown = [*heads, *(lines[-line_count:] if line_count else ())][: max(height - 1, 0)]
    blank = [()] * (height - 1 - len(shown))
    same, alone = comparison.format_stats(result)
    return [
        *(_to_row(console, line) for line in shown),
        *blank,
        _render_status([same, hint, alone], width),
    ]


def render_note(text: str, width: int, height: int, hint: str) -> list[Row]:
    """Renders the screen of a comparison that is not possible yet, with the reason."""
    line: Row = (Part(0, (Segment(text[:width]),)),)
    return [line, *[()] * (height - 2), _render_status([hint], width)]


def is_live(result: CompareResult) -> bool:
    """Checks whether one of the sides still streams."""
    return "streaming" in {result.left.status, result.right.status}


def _to_row(console: Console, line: Text) -> Row:
    return (Part(0, tuple(line.render(console))),)


def _render_status(parts: Sequence[str], width: int) -> Row:
    text = join_fitting(parts, width - 2)
    return (Part(0, (Segment(f" {text}".ljust(width), _STATUS_STYLE),)),)

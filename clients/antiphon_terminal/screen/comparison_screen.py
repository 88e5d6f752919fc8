"""Two answers beside each other while they stream: the end of both, and what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style

from antiphon_terminal.panes.heading import as_many_as_fit
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


def rows(console: Console, result: CompareResult, width: int, height: int, hint: str) -> list[Row]:
    """The whole screen of a comparison: titles, the last lines that fit, figures."""
    heads, lines = comparison.lines(console, result, context=_CONTEXT, width=width)
    room = max(height - 1 - len(heads), 0)
    shown = [*heads, *(lines[-room:] if room else ())][: max(height - 1, 0)]
    blank = [()] * (height - 1 - len(shown))
    same, alone = comparison.figures_of(result)
    return [*(_row(console, line) for line in shown), *blank, _status([same, hint, alone], width)]


def note(text: str, width: int, height: int, hint: str) -> list[Row]:
    """The screen of a comparison that cannot be made yet, with the reason."""
    line: Row = (Part(0, (Segment(text[:width]),)),)
    return [line, *[()] * (height - 2), _status([hint], width)]


def is_live(result: CompareResult) -> bool:
    """Whether one of the sides still streams."""
    return "streaming" in {result.left.status, result.right.status}


def _row(console: Console, line: Text) -> Row:
    return (Part(0, tuple(line.render(console))),)


def _status(parts: Sequence[str], width: int) -> Row:
    text = as_many_as_fit(parts, width - 2)
    return (Part(0, (Segment(f" {text}".ljust(width), _STATUS_STYLE),)),)

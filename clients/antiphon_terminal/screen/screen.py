"""Draws the live screen of a run while it streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style

from antiphon_terminal.panes import heading
from antiphon_terminal.screen.layout import GAP, Box, Layout, arrange
from antiphon_terminal.screen.painter import Painter, Part, Row
from antiphon_terminal.tty.errors import format_failure
from antiphon_terminal.tty.sanitize import clean_line
from antiphon_terminal.tty.wrap import Wrapper, wrap_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from antiphon_terminal.panes.pane_view import PaneView
    from antiphon_terminal.panes.run_view import RunView

_STATUS_STYLE: Final = Style(reverse=True)
_FAILURE_STYLE: Final = Style(color="red")
_DIM: Final = Style(dim=True)
_REASONING_LINES: Final = 5
"""How many lines of a model's reasoning are shown."""
_MAX_LINES: Final = 300
"""More lines than any terminal has."""
_REWRAP_CHARACTERS: Final = 50_000
"""How much of a long answer is wrapped again after a resize: only its end is visible."""


class Screen:
    """Draws a run: `append_text` adds the text that arrives, `draw` shows it."""

    def __init__(self, console: Console, run_view: RunView) -> None:
        self._run_view = run_view
        self._painter = Painter(console)
        self._unicode = console.encoding.lower().startswith("utf")
        self._size = self._overlay_size = (0, 0)
        self._layout = Layout(())
        self._wrapped: dict[str, Wrapper] = {}
        self.keys = ""
        """The description of the keys, for the status line."""

    def open(self) -> None:
        """Opens the screen."""
        self._painter.open()

    def close(self) -> None:
        """Restores the terminal."""
        self._painter.close()

    def restore_terminal(self) -> None:
        """Restores the terminal from a signal handler, which may interrupt drawing."""
        self._painter.restore_terminal()

    def append_text(self, view: PaneView, text: str) -> None:
        """Appends text to a pane's wrapped lines, if the pane has a box for them."""
        wrapper = self._wrapped.get(view.pane_id)
        if wrapper is not None and text:
            wrapper.feed(text)

    def draw(self, width: int, height: int, now: float) -> None:
        """Draws all panes at the time `now`, on a terminal of `width` by `height`."""
        count = len(self._run_view.panes)
        if (width, height) != self._size or count != len(self._layout.boxes) + self._layout.hidden:
            self._size = (width, height)
            self._layout = arrange(count, width, height - 1)
            self._rewrap()
            self._painter.clear()
        rows: list[list[Part]] = [[] for _ in range(max(height - 1, 0))]
        for view, box in zip(self._sort_views(), self._layout.boxes, strict=False):
            self._draw_pane(rows, view, box, now)
        self._painter.paint([*map(tuple, rows), self._render_status(width)])

    def draw_overlay(self, rows: Sequence[Row], width: int, height: int) -> None:
        """Draws `rows` instead of the panes, which stream on."""
        self._size = (0, 0)
        if (width, height) != self._overlay_size:
            self._overlay_size = (width, height)
            self._painter.clear()
        self._painter.paint(rows)

    def _sort_views(self) -> list[PaneView]:
        views = list(self._run_view.panes.values())
        if self._layout.hidden:
            # If not all panes can be shown, those that still run come first.
            views.sort(key=lambda view: view.ended)
        return views

    def _rewrap(self) -> None:
        self._wrapped = {}
        if self._layout.compact:
            return
        for view, box in zip(self._run_view.panes.values(), self._layout.boxes, strict=True):
            wrapper = Wrapper(box.width, _MAX_LINES)
            wrapper.feed(view.text[-_REWRAP_CHARACTERS:])
            self._wrapped[view.pane_id] = wrapper

    def _draw_pane(self, rows: list[list[Part]], view: PaneView, box: Box, now: float) -> None:
        if self._layout.compact:
            line = heading.render_compact(view, box.width, now, unicode=self._unicode)
            rows[box.y].append(Part(box.x, tuple(line)))
            return
        head = heading.render_heading(view, box.width, now, unicode=self._unicode)
        rows[box.y].append(Part(box.x, tuple(head)))
        for offset, segment in enumerate(self._render_body(view, box), start=1):
            rows[box.y + offset].append(Part(box.x, (segment,)))
        if box.x:
            bar = Segment("│" if self._unicode else "|", _DIM)
            for y in range(box.y + 1, box.y + box.height):
                rows[y].insert(-1 if rows[y] else 0, Part(box.x - GAP + 1, (bar,)))

    def _render_body(self, view: PaneView, box: Box) -> list[Segment]:
        height = box.height - 1
        text_lines = self._wrapped[view.pane_id].tail(height)
        lines = [Segment(line) for line in text_lines]
        if view.reasoning.summary and len(text_lines) < height:
            lines.insert(0, Segment(view.reasoning.summary, _DIM))
        elif view.state == "reasoning":
            reasoning = view.reasoning.lines(box.width, min(_REASONING_LINES, height))
            lines += [Segment(line, _DIM) for line in reasoning]
        if view.failure is not None and view.state != "streaming":
            style = _DIM if view.state == "retrying" else _FAILURE_STYLE
            # The hint is about what the user can do; during a retry there is nothing to do.
            is_retrying = view.state == "retrying"
            message = (
                clean_line(view.failure.message) if is_retrying else format_failure(view.failure)
            )
            if text_lines:
                lines.append(Segment(""))
            lines += [Segment(line, style) for line in wrap_line(message, box.width)]
        return lines[-height:]

    def _render_status(self, width: int) -> Row:
        answered, *figures = self._run_view.summary()
        hidden = f"{self._layout.hidden} not shown" if self._layout.hidden else ""
        hint = (
            "stopping, Ctrl-C again leaves at once" if self._run_view.stopping else "Ctrl-C stops"
        )
        parts = [answered, hidden, *figures, hint, self.keys]
        text = heading.join_fitting(parts, width - 2)
        return (Part(0, (Segment(f" {text}".ljust(width), _STATUS_STYLE),)),)

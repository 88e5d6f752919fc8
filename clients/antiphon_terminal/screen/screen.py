"""The live screen: what a run looks like while it streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from rich.style import Style

from antiphon_terminal.panes import heading
from antiphon_terminal.screen.layout import GAP, Box, Layout, arrange
from antiphon_terminal.screen.painter import Painter, Part, Row
from antiphon_terminal.tty.errors import sentence
from antiphon_terminal.tty.sanitize import clean_line
from antiphon_terminal.tty.wrap import Wrapper, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from antiphon_terminal.panes.pane_view import PaneView
    from antiphon_terminal.panes.run_view import RunView

_STATUS_STYLE: Final = Style(reverse=True)
_FAILURE_STYLE: Final = Style(color="red")
_DIM: Final = Style(dim=True)
_THINKING_LINES: Final = 5
"""How much of what a model thinks is seen while it thinks."""
_KEEP_LINES: Final = 300
"""More than any terminal is high."""
_REWRAP_CHARACTERS: Final = 50_000
"""How much of a long answer is wrapped again after a resize: only its tail is seen."""


class Screen:
    """Draws a board; `grow` is told of every text that arrives, `draw` shows where things are."""

    def __init__(self, console: Console, board: RunView) -> None:
        self._board = board
        self._painter = Painter(console)
        self._unicode = console.encoding.lower().startswith("utf")
        self._size = self._size_instead = (0, 0)
        self._layout = Layout(())
        self._wrapped: dict[str, Wrapper] = {}
        self.keys = ""
        """What keys there are, for the status line."""

    def open(self) -> None:
        """Takes the screen."""
        self._painter.open()

    def close(self) -> None:
        """Gives it back."""
        self._painter.close()

    def abandon(self) -> None:
        """Gives it back from a signal's handler, whatever is being drawn."""
        self._painter.abandon()

    def grow(self, view: PaneView, text: str) -> None:
        """Appends text to a pane's wrapped lines, where the pane has a box with lines."""
        wrapper = self._wrapped.get(view.pane_id)
        if wrapper is not None and text:
            wrapper.feed(text)

    def draw(self, width: int, height: int, now: float) -> None:
        """Shows everything as it is at the time `now`, on a terminal of `width` by `height`."""
        count = len(self._board.panes)
        if (width, height) != self._size or count != len(self._layout.boxes) + self._layout.hidden:
            self._size = (width, height)
            self._layout = arrange(count, width, height - 1)
            self._rewrap()
            self._painter.clear()
        rows: list[list[Part]] = [[] for _ in range(max(height - 1, 0))]
        for view, box in zip(self._visible(), self._layout.boxes, strict=False):
            self._draw_pane(rows, view, box, now)
        self._painter.paint([*map(tuple, rows), self._status(width)])

    def draw_instead(self, rows: Sequence[Row], width: int, height: int) -> None:
        """Shows something else than the panes, which go on behind it."""
        self._size = (0, 0)
        if (width, height) != self._size_instead:
            self._size_instead = (width, height)
            self._painter.clear()
        self._painter.paint(rows)

    def _visible(self) -> list[PaneView]:
        views = list(self._board.panes.values())
        if self._layout.hidden:
            # What still runs comes first where not everything can be shown.
            views.sort(key=lambda view: view.ended)
        return views

    def _rewrap(self) -> None:
        self._wrapped = {}
        if self._layout.compact:
            return
        for view, box in zip(self._board.panes.values(), self._layout.boxes, strict=True):
            wrapper = Wrapper(box.width, _KEEP_LINES)
            wrapper.feed(view.text[-_REWRAP_CHARACTERS:])
            self._wrapped[view.pane_id] = wrapper

    def _draw_pane(self, rows: list[list[Part]], view: PaneView, box: Box, now: float) -> None:
        if self._layout.compact:
            line = heading.compact(view, box.width, now, unicode=self._unicode)
            rows[box.y].append(Part(box.x, tuple(line)))
            return
        head = heading.heading(view, box.width, now, unicode=self._unicode)
        rows[box.y].append(Part(box.x, tuple(head)))
        for offset, segment in enumerate(self._body(view, box), start=1):
            rows[box.y + offset].append(Part(box.x, (segment,)))
        if box.x:
            bar = Segment("│" if self._unicode else "|", _DIM)
            for y in range(box.y + 1, box.y + box.height):
                rows[y].insert(-1 if rows[y] else 0, Part(box.x - GAP + 1, (bar,)))

    def _body(self, view: PaneView, box: Box) -> list[Segment]:
        room = box.height - 1
        said = self._wrapped[view.pane_id].tail(room)
        lines = [Segment(line) for line in said]
        if view.thinking.told and len(said) < room:
            lines.insert(0, Segment(view.thinking.told, _DIM))
        elif view.state == "thinking":
            thought = view.thinking.lines(box.width, min(_THINKING_LINES, room))
            lines += [Segment(line, _DIM) for line in thought]
        if view.failure is not None and view.state != "streaming":
            style = _DIM if view.state == "retrying" else _FAILURE_STYLE
            # The hint says what to do by hand; while it is tried again there is nothing to do.
            again = view.state == "retrying"
            message = clean_line(view.failure.message) if again else sentence(view.failure)
            if said:
                lines.append(Segment(""))
            lines += [Segment(line, style) for line in fold(message, box.width)]
        return lines[-room:]

    def _status(self, width: int) -> Row:
        answered, *figures = self._board.summary()
        hidden = f"{self._layout.hidden} not shown" if self._layout.hidden else ""
        hint = "stopping, Ctrl-C again leaves at once" if self._board.stopping else "Ctrl-C stops"
        parts = [answered, hidden, *figures, hint, self.keys]
        text = heading.as_many_as_fit(parts, width - 2)
        return (Part(0, (Segment(f" {text}".ljust(width), _STATUS_STYLE),)),)

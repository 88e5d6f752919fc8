"""Paints rows of styled text on a terminal, and only those that have changed.

Every part is painted at its absolute column, so a character that the terminal draws wider than
expected shifts only the rest of its own pane.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from rich.control import Control
from rich.segment import ControlType, Segment, Segments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

_RESTORE = b"\x1b[m\x1b[?25h\x1b[?1049l"
_ERASE_REST = Control((ControlType.ERASE_IN_LINE, 0)).segment


class Part(NamedTuple):
    """Some segments from column `x` on."""

    x: int
    segments: tuple[Segment, ...]


Row = tuple[Part, ...]


class Painter:
    """Uses the whole screen between `open` and `close`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._painted: list[Row] = []

    def open(self) -> None:
        """Switches to the alternate screen, so that the normal one is kept."""
        self._console.set_alt_screen(True)
        self._console.show_cursor(False)

    def close(self) -> None:
        """Restores the terminal's normal screen."""
        self._console.show_cursor(True)
        self._console.set_alt_screen(False)

    def restore_terminal(self) -> None:
        """Does the same as `close` from a signal handler, which may interrupt a write."""
        with suppress(OSError):
            os.write(self._console.file.fileno(), _RESTORE)

    def clear(self) -> None:
        """Erases everything, for example after a resize."""
        self._painted = []
        self._console.control(Control.clear())

    def paint(self, rows: Sequence[Row]) -> None:
        """Paints the rows that have changed, in one write."""
        segments: list[Segment] = []
        for y, row in enumerate(rows):
            if y < len(self._painted) and self._painted[y] == row:
                continue
            segments += [Control.move_to(0, y).segment, _ERASE_REST]
            for part in row:
                segments.append(Control.move_to(part.x, y).segment)
                segments += part.segments
        self._painted = list(rows)
        if segments:
            self._console.print(Segments(segments), end="", crop=False)

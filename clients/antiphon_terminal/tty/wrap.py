"""Wraps a growing text, with a cost for each chunk of its own length only."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from rich.cells import get_character_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAB: Final = "    "


class Wrapper:
    """The last lines of a growing text, none wider than `width` cells.

    `max_lines` bounds how many lines are remembered.
    """

    def __init__(self, width: int, max_lines: int) -> None:
        self._width = max(1, width)
        self._full_lines: deque[str] = deque(maxlen=max(1, max_lines))
        self._last_line = ""

    def feed(self, text: str) -> None:
        """Appends `text`, which is safe to show."""
        paragraphs = (self._last_line + text.replace("\t", _TAB)).split("\n")
        # Lines that would be dropped at once need not be wrapped.
        for paragraph in paragraphs[-(self._full_lines.maxlen or 1) - 1 : -1]:
            self._full_lines.extend(wrap_line(paragraph, self._width))
        *closed, self._last_line = wrap_line(paragraphs[-1], self._width)
        self._full_lines.extend(closed)

    def tail(self, lines: int) -> list[str]:
        """Returns the last `lines` lines, without an empty one after a final line break."""
        kept = [*self._full_lines, self._last_line] if self._last_line else list(self._full_lines)
        return kept[-lines:] if lines > 0 else []


def wrap_line(line: str, width: int) -> Iterator[str]:
    """Yields pieces of `line`, which has no line break, of at most `width` cells.

    Breaks at spaces, which are removed, and within a word only if it is too long.
    """
    at = 0
    while (end := _find_end(line, at, width)) < len(line):
        space = line.rfind(" ", at, end + 1)
        if space > at and not line[at:space].isspace():
            yield line[at:space].rstrip(" ")
            at = space + 1
        else:
            yield line[at:end]
            at = end
    yield line[at:]


def _find_end(line: str, at: int, width: int) -> int:
    """Returns the end of the longest piece from `at` that fits into `width` cells.

    It has at least one character. A cluster that a terminal may draw narrower (an emoji sequence)
    is counted by its parts.
    """
    if line[at : at + width + 1].isascii():
        return min(len(line), at + width)
    cells = 0
    for index in range(at, len(line)):
        cells += get_character_cell_size(line[index])
        if cells > width:
            return max(index, at + 1)
    return len(line)

"""Text that grows, wrapped as it grows: a chunk costs its own length, not that of the text."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from rich.cells import get_character_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAB: Final = "    "


class Wrapper:
    """The last lines of a growing text, none wider than `width` cells.

    `keep` bounds how many lines are remembered.
    """

    def __init__(self, width: int, keep: int) -> None:
        self._width = max(1, width)
        self._closed: deque[str] = deque(maxlen=max(1, keep))
        self._open = ""

    def feed(self, text: str) -> None:
        """Appends `text`, which is safe to show."""
        paragraphs = (self._open + text.replace("\t", _TAB)).split("\n")
        # Lines that would be forgotten at once need not be folded.
        for paragraph in paragraphs[-(self._closed.maxlen or 1) - 1 : -1]:
            self._closed.extend(fold(paragraph, self._width))
        *closed, self._open = fold(paragraphs[-1], self._width)
        self._closed.extend(closed)

    def tail(self, lines: int) -> list[str]:
        """The last `lines` lines; a line break at the very end opens no line of its own."""
        kept = [*self._closed, self._open] if self._open else list(self._closed)
        return kept[-lines:] if lines > 0 else []


def fold(line: str, width: int) -> Iterator[str]:
    """`line`, which holds no line break, in pieces of at most `width` cells.

    Breaks at spaces, which vanish there, and inside of a word only where it is too long.
    """
    at = 0
    while (end := _fits(line, at, width)) < len(line):
        space = line.rfind(" ", at, end + 1)
        if space > at and not line[at:space].isspace():
            yield line[at:space].rstrip(" ")
            at = space + 1
        else:
            yield line[at:end]
            at = end
    yield line[at:]


def _fits(line: str, at: int, width: int) -> int:
    """The end of the longest piece from `at` that is no wider than `width`; one character at least.

    A cluster that a terminal may draw narrower (an emoji sequence) is counted by its parts.
    """
    if line[at : at + width + 1].isascii():
        return min(len(line), at + width)
    cells = 0
    for index in range(at, len(line)):
        cells += get_character_cell_size(line[index])
        if cells > width:
            return max(index, at + 1)
    return len(line)

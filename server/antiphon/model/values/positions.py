"""Converts between offsets in a text and LSP's positions.

A position is a line, from zero, and UTF-16 code units within it. Lines end with CR, LF or CRLF and
with nothing else (LSP 3.18, "Text Documents" and "Position").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from pydantic import Field

from antiphon.model.wire import Wire

LINE_END: Final = re.compile(r"\r\n|\n|\r")
_FIRST_ASTRAL: Final = "\U00010000"


class Position(Wire):
    """A position as LSP counts it: zero-based line, UTF-16 code units in the line."""

    line: int = Field(ge=0)
    character: int = Field(ge=0)


class Range(Wire):
    """A range of a document as LSP counts it. `end` is exclusive."""

    start: Position
    end: Position


def line_and_character(text: str) -> tuple[int, int]:
    """Returns the line and character of the end of `text`."""
    last = max(text.rfind("\n"), text.rfind("\r")) + 1
    return count_line_ends(text), len(text[last:].encode("utf-16-le", "surrogatepass")) // 2


def count_utf16(text: str) -> int:
    """Returns the length of `text` in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def count_line_ends(text: str) -> int:
    """Counts the line ends in `text`, which is fast for many megabytes too."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def offset_at(text: str, position: Position) -> int:
    """Returns the index in `text` of `position`.

    A character after its line's end means the line's end, a line after the last one the end of the
    text, and the middle of a surrogate pair the index before it.
    """
    if position.line > len(text):  # "to the end" is written as a line that no text has
        return len(text)
    start = 0
    for _ in range(position.line):
        line_end = LINE_END.search(text, start)
        if line_end is None:
            return len(text)
        start = line_end.end()
    line_end = LINE_END.search(text, start)
    end = len(text) if line_end is None else line_end.start()
    return start + _to_code_points(text[start:end], position.character)


def offsets_of(text: str, span: Range) -> tuple[int, int]:
    """Returns where `span` begins and ends in `text`, the end not before the start."""
    start = offset_at(text, span.start)
    return start, max(start, offset_at(text, span.end))


def cut_range(text: str, span: Range) -> str:
    """Returns the part of `text` within `span`, as far as the text goes."""
    start, end = offsets_of(text, span)
    return text[start:end]


class LineStarts:
    """The line starts of one text, found once to convert many offsets."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in LINE_END.finditer(text))]

    def line(self, offset: int) -> int:
        """Returns the line of `text[offset]`."""
        return bisect_right(self._starts, offset) - 1

    def at(self, offset: int) -> tuple[int, int]:
        """Returns the line and character of `text[offset]`."""
        line = self.line(offset)
        before = self._text[self._starts[line] : offset]
        return line, len(before.encode("utf-16-le", "surrogatepass")) // 2

    def range(self, start: int, end: int) -> Range:
        """Returns the range of `text[start:end]`."""
        first, last = (Position(line=line, character=at) for line, at in map(self.at, (start, end)))
        return Range(start=first, end=last)


def _to_code_points(line: str, units: int) -> int:
    passed = 0
    for index, character in enumerate(line):
        passed += 2 if character >= _FIRST_ASTRAL else 1
        if passed > units:
            return index
    return len(line)

"""Places in a text as LSP counts them: lines end with CR, LF or CRLF, columns are UTF-16 units.

LSP 3.18, "Text Documents" and "Position".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon.model.commands import Range
    from antiphon.model.events import Position

_LINE_END: Final = re.compile(r"\r\n|\n|\r")


def cut(text: str, span: Range) -> str:
    """The part of `text` within `span`; a place past the end of a line or text is that end."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    first, last = _offset(text, starts, span.start), _offset(text, starts, span.end)
    return text[first : max(first, last)]


def _offset(text: str, starts: list[int], place: Position) -> int:
    if place.line >= len(starts):
        return len(text)
    begin = starts[place.line]
    limit = starts[place.line + 1] if place.line + 1 < len(starts) else len(text)
    line = text[begin:limit].rstrip("\r\n")
    units = 0
    for index, character in enumerate(line):
        if units >= place.character:
            return begin + index
        units += 2 if ord(character) > 0xFFFF else 1
    return begin + len(line)

"""Text onto a terminal as it comes, broken at words: nothing that was written is ever moved.

A word is held back until its end is known, which is one token at most; `flush` lets it go.
"""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len

_IDEOGRAPH: Final = r"[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
_PIECE: Final = re.compile(rf"\n| +|{_IDEOGRAPH}|(?:(?!{_IDEOGRAPH})[^ \n])+")
_LONGEST_HELD: Final = 40
KEPT_WHOLE: Final = frozenset(" \t|")
"""How lines begin that are never broken: code and tables stay whole for whoever copies them."""


class WordFlow:
    """One text on a terminal of `width` cells; `feed` gives what is to be written."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._column = 0
        self._whole = False
        self._gap = ""
        self._held = ""

    def feed(self, text: str) -> str:
        """What can be written now that `text`, which is safe to show, has come."""
        pieces = _PIECE.findall(self._held + text)
        self._held = ""
        if pieces and not pieces[-1].isspace() and len(pieces[-1]) < _LONGEST_HELD:
            self._held = pieces.pop()
        return "".join(map(self._place, pieces))

    def flush(self) -> str:
        """What is held back, for a pause and for the end."""
        held, self._held = self._held, ""
        return self._place(held) if held else ""

    def _place(self, piece: str) -> str:
        if piece == "\n":
            self._column, self._gap, self._whole = 0, "", False
            return piece
        if self._column == 0 and not self._whole:
            self._whole = piece[0] in KEPT_WHOLE
        if self._whole:
            return piece
        if piece[0] == " ":
            self._gap += piece
            return ""
        gap, self._gap = self._gap, ""
        cells = cell_len(gap) + cell_len(piece)
        if self._column and self._column + cells > self._width:
            self._column = cell_len(piece)
            return "\n" + piece
        self._column += cells
        return gap + piece

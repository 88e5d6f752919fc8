"""Breaks text at words as it arrives, without moving what was written before.

A word is kept until its end is known, which is one token at most. `flush` returns it earlier.
"""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len

_IDEOGRAPH: Final = r"[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
_PIECE: Final = re.compile(rf"\n| +|{_IDEOGRAPH}|(?:(?!{_IDEOGRAPH})[^ \n])+")
_MAX_PENDING: Final = 40
UNWRAPPED_PREFIXES: Final = frozenset(" \t|")
"""First characters of lines that are never broken, so that code and tables can be copied."""


class WordFlow:
    """One text on a terminal of `width` cells, of which `feed` returns what to write."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._column = 0
        self._is_unwrapped = False
        self._gap = ""
        self._pending = ""

    def feed(self, text: str) -> str:
        """Returns what can be written after `text`, which must be safe to show."""
        pieces = _PIECE.findall(self._pending + text)
        self._pending = ""
        if pieces and not pieces[-1].isspace() and len(pieces[-1]) < _MAX_PENDING:
            self._pending = pieces.pop()
        return "".join(map(self._place, pieces))

    def flush(self) -> str:
        """Returns the pending word, for a pause and for the end."""
        pending, self._pending = self._pending, ""
        return self._place(pending) if pending else ""

    def _place(self, piece: str) -> str:
        if piece == "\n":
            self._column, self._gap, self._is_unwrapped = 0, "", False
            return piece
        if self._column == 0 and not self._is_unwrapped:
            self._is_unwrapped = piece[0] in UNWRAPPED_PREFIXES
        if self._is_unwrapped:
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

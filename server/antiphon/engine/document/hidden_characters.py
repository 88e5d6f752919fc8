"""Finds characters that a reader does not see, or that change how text looks.

The table is `clients/protocol/hidden_characters.json`. A selector after an emoji is not hidden: it
has a visible effect.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from antiphon.engine.document.escape import HIDDEN_CHARACTERS
from antiphon.model.commands.code import UnseenCharacter
from antiphon.model.values.positions import LineStarts

_MAX_FOUND: Final = 100
_FIRST_PRINTED: Final = 0xA0


def find_hidden_characters(text: str) -> list[UnseenCharacter]:
    """Returns the first hundred hidden characters of `text`, with their positions."""
    lines: LineStarts | None = None
    found: list[UnseenCharacter] = []
    for match in HIDDEN_CHARACTERS.finditer(text):
        if len(found) == _MAX_FOUND:
            break
        lines = lines or LineStarts(text)
        line, character = lines.at(match.start())
        code_point = ord(match[0])
        default_name = "control character" if code_point < _FIRST_PRINTED else "unnamed"
        found.append(
            UnseenCharacter(
                code_point=f"U+{code_point:04X}",
                name=unicodedata.name(match[0], default_name).lower(),
                line=line,
                character=character,
            )
        )
    return found

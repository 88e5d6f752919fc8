"""Finds characters that a reader does not see, or that change how text looks.

They are those of CVE-2021-42574 ("Trojan Source"): marks and overrides of direction, characters
without width. Also letters that are drawn as nothing (which make names), variation selectors and
tag characters, which can hide whole sentences, and control characters, which a terminal obeys.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from antiphon.model.commands.code import UnseenCharacter
from antiphon.model.values.positions import LineStarts

HIDDEN_CHARACTERS: Final = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?<![\u00a9\u00ae\u2000-\u32ff\U0001f000-\U0001faff0-9#*])[\ufe0e\ufe0f]"  # not in emoji
)
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

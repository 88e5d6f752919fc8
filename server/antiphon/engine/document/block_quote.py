"""A block quote that grows by appends: Markdown of a text that is not the answer.

The quote of a text is the beginning of the quote of every longer text, so that what streams equals
what is rendered; therefore a line's mark is only written together with the line's first character.
"""

from __future__ import annotations

import re
from typing import Final

_LINE: Final = re.compile(r"[^\r\n]+(?:\r\n|\r|\n)?|\r\n|\r|\n")
"""A line by CommonMark 0.31, section 2.1, with its ending."""


def to_block_quote(text: str, after: str = "") -> str:
    """`text` with a mark before each line; `after` is the text that was quoted before it."""
    kept = ""
    if after.endswith("\r") and text.startswith("\n"):
        # The two halves of one line ending.
        kept, text, after = "\n", text[1:], "\n"
    mid_line = bool(after) and not after.endswith(("\r", "\n"))
    parts = [kept]
    for line in _LINE.findall(text):
        if not mid_line:
            parts.append(">" if line[0] in "\r\n" else "> ")
        parts.append(line)
        mid_line = False
    return "".join(parts)


def blank_line_after(text: str) -> str:
    """What ends the quote of `text`, so that what follows is no part of it."""
    return "\n" if text.endswith("\n") else "\n\n"

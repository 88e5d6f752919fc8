"""Formats text as a Markdown block quote that grows only by appending.

The quote of a text is the beginning of the quote of every longer text, so that what streams equals
what is rendered. Therefore a line's mark is only written together with the line's first character.
"""

from __future__ import annotations

import re
from typing import Final

_LINE: Final = re.compile(r"[^\r\n]+(?:\r\n|\r|\n)?|\r\n|\r|\n")
"""Matches a line by CommonMark 0.31, section 2.1, with its ending."""


def to_block_quote(text: str, after: str = "") -> str:
    """Returns `text` with a mark before each line.

    `after` is the text that was quoted before it.
    """
    line_feed = ""
    if after.endswith("\r") and text.startswith("\n"):
        # The two halves of one line ending.
        line_feed, text, after = "\n", text[1:], "\n"
    mid_line = bool(after) and not after.endswith(("\r", "\n"))
    parts = [line_feed]
    for line in _LINE.findall(text):
        if not mid_line:
            parts.append(">" if line[0] in "\r\n" else "> ")
        parts.append(line)
        mid_line = False
    return "".join(parts)


def blank_line_after(text: str) -> str:
    """Returns the line ends after the quote of `text`, so that it ends there."""
    return "\n" if text.endswith("\n") else "\n\n"

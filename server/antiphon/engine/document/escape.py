"""Texts from outside in Markdown that we write ourselves: shown as they are, and nothing else.

A model's name comes from a provider's list and a note from whoever wrote it. In a hover they must
not become an image that is loaded, a link, a command or HTML.
"""

from __future__ import annotations

import re
from typing import Final

_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
_TICKS: Final = re.compile(r"`+")
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def escape_markdown(text: str) -> str:
    """`text` as words on one line, whatever Markdown is in it."""
    return _PUNCTUATION.sub(r"\\\1", _visible(text))


def code_span(text: str) -> str:
    """`text` in a fixed-width font on one line; its backticks close nothing."""
    text = _visible(text)
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    pad = " " if text[:1] == "`" or text[-1:] == "`" or not text.strip() else ""
    return f"{fence}{pad}{text or ' '}{pad}{fence}"


def _visible(text: str) -> str:
    line = " ".join(text.split())
    return _UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", line)

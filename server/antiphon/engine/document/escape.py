"""Escapes untrusted text for our own Markdown.

A model's name comes from a provider's list, and anyone may have written a note. In a hover they
must not become an image that is loaded, a link, a command or HTML.
"""

from __future__ import annotations

import re
from typing import Final

from antiphon.model.values.hidden_ranges import HIDDEN

_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
_TICKS: Final = re.compile(r"`+")
_EMOJI: Final = r"\u00a9\u00ae\u2000-\u32ff\U0001f000-\U0001faff0-9#*"
HIDDEN_CHARACTERS: Final = re.compile(rf"[{HIDDEN}](?<![{_EMOJI}][\ufe0e\ufe0f])")
"""A selector after an emoji is not hidden, because it has a visible effect."""


def escape_markdown(text: str) -> str:
    """Returns `text` on one line, with all Markdown in it escaped."""
    return _PUNCTUATION.sub(r"\\\1", _show_hidden(text))


def code_span(text: str) -> str:
    """Returns `text` as a code span on one line, whatever backticks are in it."""
    text = _show_hidden(text)
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    pad = " " if text[:1] == "`" or text[-1:] == "`" or not text.strip() else ""
    return f"{fence}{pad}{text or ' '}{pad}{fence}"


def _show_hidden(text: str) -> str:
    line = " ".join(text.split())
    return HIDDEN_CHARACTERS.sub(lambda match: f"<U+{ord(match[0]):04X}>", line)

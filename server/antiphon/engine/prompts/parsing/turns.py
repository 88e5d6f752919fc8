r"""Splits the body of a prompt file into turns.

They are under `## system`, `## user` and `## assistant`. Such a line is a heading wherever it is,
also within a code block. `\## user` is the text `## user`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct

if TYPE_CHECKING:
    from antiphon.model.conversation.message import Role

# Each begins with a character, so that `re` skips to the next of those.
_HEADING: Final = re.compile(r"#(?<![^\r\n]#)# (?P<role>system|user|assistant)[ \t]*(?=[\r\n]|\Z)")
_ESCAPED: Final = re.compile(
    r"\\(?<![^\r\n]\\)(?=\\*## (?:system|user|assistant)[ \t]*(?:[\r\n]|\Z))"
)
_ESCAPABLE: Final = re.compile(
    r"(?:(?<=[\r\n])|\A)(?=\\*## (?:system|user|assistant)[ \t]*(?:[\r\n]|\Z))"
)
_BLANK_LINES: Final = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r))*")


class Turn(Struct, frozen=True):
    """One turn of a prompt, with its place in the document."""

    role: Role
    text: str
    """Without the backslashes in front of escaped headings."""
    written: str
    """As it is in the document, from `start` on."""
    start: int
    heading_start: int
    """Where its heading begins; `start` for a body without headings."""

    @property
    def end(self) -> int:
        """Where its text ends."""
        return self.start + len(self.written)


def read_turns(text: str, body_start: int) -> list[Turn]:
    """Returns the turns of the body, which begins at `body_start` of the document.

    A body without headings is one turn of the user.
    """
    headings = list(_HEADING.finditer(text[body_start:]))
    starts = [body_start + heading.start() for heading in headings]
    ends = [*starts, len(text)]
    before = _turn(text, "user", body_start, body_start, ends[0])
    turns = [before] if before.text else []
    for heading, start, end in zip(headings, starts, ends[1:], strict=True):
        role = cast("Role", heading["role"])
        turns.append(_turn(text, role, start, body_start + heading.end(), end))
    return turns


def escape_turn(text: str) -> str:
    """Returns a text in which `read_turns` finds no headings."""
    return _ESCAPABLE.sub(lambda _: "\\", text)


def _turn(text: str, role: Role, heading_start: int, start: int, end: int) -> Turn:
    """Returns the turn between two places without the blank lines around it."""
    blank = _BLANK_LINES.match(text, start, end)
    first = blank.end() if blank else start
    written = text[first:end].rstrip()
    return Turn(role, _ESCAPED.sub("", written), written, first, min(heading_start, first))

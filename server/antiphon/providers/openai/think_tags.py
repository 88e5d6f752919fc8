"""Separates reasoning from the answer if a model writes it into its text, between tags.

Local servers pass on what a model writes, and DeepSeek's distills, Qwen and others begin with
`<think>`. Only a tag that begins the answer counts: anywhere else it is what somebody wrote about.
"""

from __future__ import annotations

from typing import Final

_PAIRS: Final = (("<think>", "</think>"), ("[THINK]", "[/THINK]"))
_LONGEST_LEAD: Final = 64
"""Characters of white space that may come before the tag."""
NEVER_CLOSED: Final = (
    "the model began to reason and never marked the end of it: all of its text is in the answer"
)

Piece = tuple[str, bool]
"""A text, and whether it is reasoning."""


class ThinkTags:
    """Splits one answer's text, which may arrive in any pieces."""

    def __init__(self) -> None:
        self.settled = False
        """All further text is the answer's: no tag can follow."""
        self._pending = ""
        self._close = ""
        self._has_reasoning = False
        self._closed = False
        self._raw: list[str] = []

    def feed(self, text: str) -> list[Piece]:
        """Returns the pieces that are certain. The rest of `text` waits for more."""
        if self.settled:
            return [(text, False)]
        self._pending += text
        self._raw.append(text)
        found: list[Piece] = []
        if not self._close:
            self._find_opening_tag()
        if self._close and not self._closed:
            found += self._split_reasoning()
        if self._closed:
            self._raw.clear()
            self._pending = self._pending.lstrip()
            self.settled = bool(self._pending)
        if self.settled:
            found.append((self._pop_pending(), False))
        return [piece for piece in found if piece[0]]

    def end(self, *, complete: bool) -> tuple[list[Piece], bool]:
        """Returns the rest at the stream's end, and whether reasoning in it never ended.

        If a model was `complete` inside its reasoning, then all of that text is its answer, since
        an answer must not get lost in what users do not read.
        """
        rest = self._pop_pending()
        if self.settled or not self._close or self._closed:
            return ([(rest, False)] if rest else []), False
        if not complete:
            return ([(rest, True)] if rest else []), False
        return [("".join(self._raw), False)], True

    def _find_opening_tag(self) -> None:
        lead = self._pending.lstrip()
        for opening, closing in _PAIRS:
            if lead.startswith(opening):
                self._pending, self._close = lead[len(opening) :], closing
                return
            if opening.startswith(lead) and len(self._pending) <= _LONGEST_LEAD:
                return
        self.settled = True

    def _split_reasoning(self) -> list[Piece]:
        if not self._has_reasoning:
            self._pending = self._pending.lstrip("\r\n")
        reasoning, tag, rest = self._pending.partition(self._close)
        if tag:
            self._pending, self._closed = rest, True
            return [(reasoning.rstrip(), True)]
        # Its last letters may begin the tag, or be white space before it.
        keep = next(
            size
            for size in range(len(self._close) - 1, -1, -1)
            if reasoning.endswith(self._close[:size])
        )
        body = reasoning[: len(reasoning) - keep].rstrip()
        self._pending = reasoning[len(body) :]
        self._has_reasoning = self._has_reasoning or bool(body)
        return [(body, True)]

    def _pop_pending(self) -> str:
        pending, self._pending = self._pending, ""
        return pending

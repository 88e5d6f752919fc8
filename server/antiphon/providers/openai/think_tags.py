"""Tells thinking from the answer where a model writes it into its text, between tags.

Local servers hand on what a model writes, and DeepSeek's distills, Qwen and others begin with
`<think>`. Only a tag that begins the answer counts: anywhere else it is what somebody wrote about.
"""

from __future__ import annotations

from typing import Final

_PAIRS: Final = (("<think>", "</think>"), ("[THINK]", "[/THINK]"))
_LONGEST_LEAD: Final = 64
"""Characters of white space that may come before the tag."""
NEVER_CLOSED: Final = (
    "the model began to think and never said that it was done: all of it stands in the answer"
)

Piece = tuple[str, bool]
"""A text, and whether it is thinking."""


class ThinkTags:
    """Cuts one answer's text; `feed` may be given it in any pieces."""

    def __init__(self) -> None:
        self.settled = False
        """The rest is the answer's text: there is nothing left to look for."""
        self._held = ""
        self._close = ""
        self._thinks = False
        self._closed = False
        self._raw: list[str] = []

    def feed(self, text: str) -> list[Piece]:
        """What `text` adds; what cannot be told yet is held back."""
        if self.settled:
            return [(text, False)]
        self._held += text
        self._raw.append(text)
        found: list[Piece] = []
        if not self._close:
            self._begin()
        if self._close and not self._closed:
            found += self._think()
        if self._closed:
            self._raw.clear()
            self._held = self._held.lstrip()
            self.settled = bool(self._held)
        if self.settled:
            found.append((self._release(), False))
        return [piece for piece in found if piece[0]]

    def end(self, *, complete: bool) -> tuple[list[Piece], bool]:
        """What is left when the stream is over; whether thinking that never ended is among it.

        A model that was `complete` while it thought has said all that it had to say: then that is
        its answer, for an answer must not get lost in what nobody looks at.
        """
        held = self._release()
        if self.settled or not self._close or self._closed:
            return ([(held, False)] if held else []), False
        if not complete:
            return ([(held, True)] if held else []), False
        return [("".join(self._raw), False)], True

    def _begin(self) -> None:
        lead = self._held.lstrip()
        for opening, closing in _PAIRS:
            if lead.startswith(opening):
                self._held, self._close = lead[len(opening) :], closing
                return
            if opening.startswith(lead) and len(self._held) <= _LONGEST_LEAD:
                return
        self.settled = True

    def _think(self) -> list[Piece]:
        if not self._thinks:
            self._held = self._held.lstrip("\r\n")
        thought, tag, rest = self._held.partition(self._close)
        if tag:
            self._held, self._closed = rest, True
            return [(thought.rstrip(), True)]
        # Its last letters may be the tag's first, or white space that belongs to nothing.
        keep = next(
            size
            for size in range(len(self._close) - 1, -1, -1)
            if thought.endswith(self._close[:size])
        )
        body = thought[: len(thought) - keep].rstrip()
        self._held = thought[len(body) :]
        self._thinks = self._thinks or bool(body)
        return [(body, True)]

    def _release(self) -> str:
        held, self._held = self._held, ""
        return held

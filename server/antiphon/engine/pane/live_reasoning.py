"""Collects a model's reasoning on its way into the pane's document.

Like the answer's text it moves from arrived to stored to shown, and ahead of it. Reasoning that
arrives after the answer has begun is counted but not shown: a document only grows at its end.
"""

from __future__ import annotations

from typing import Final

from antiphon.engine.document.block_quote import blank_line_after, to_block_quote
from antiphon.engine.document.render import THINKING

_LONGEST_PIECE: Final = 32_768
"""Characters in one event; marks may double them."""


class LiveReasoning:
    """The reasoning of one running answer, for panes that show it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._arrived: list[str] = []
        self._taken = ""
        self._stored = ""
        self._shown = ""
        self._ended = False

    @property
    def text(self) -> str | None:
        """All that arrived, or `None`."""
        return "".join(self._parts) or None

    @property
    def shown(self) -> str | None:
        """All that was shown, or `None`."""
        return self._shown or None

    @property
    def dirty(self) -> bool:
        """Whether something has not been stored."""
        return bool(self._arrived)

    @property
    def waits(self) -> bool:
        """Whether something is stored and has not been shown."""
        return bool(self._stored)

    def add(self, text: str) -> bool:
        """Adds reasoning, and returns whether it is the first."""
        is_first = not self._parts
        self._parts.append(text)
        self._arrived.append(text)
        return is_first

    def take(self) -> str:
        """Returns what to store next, before a call of `put`."""
        self._taken = "".join(self._arrived)
        self._arrived.clear()
        return self._taken

    def put(self) -> None:
        """Lets the text of the last call be shown."""
        self._stored += self._taken
        self._taken = ""

    def show(self) -> str:
        """Returns the Markdown of the next piece, which counts as shown."""
        text, self._stored = self._stored[:_LONGEST_PIECE], self._stored[_LONGEST_PIECE:]
        head = "" if self._shown else THINKING
        append = head + to_block_quote(text, self._shown)
        self._shown += text
        return append

    def end(self) -> str:
        """Returns the separator before the answer's first text, once."""
        if self._ended or not self._shown:
            return ""
        self._ended = True
        return blank_line_after(self._shown)

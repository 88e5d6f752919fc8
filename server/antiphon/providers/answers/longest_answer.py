"""Limits the length of an answer."""

from __future__ import annotations


class AnswerSizeLimit:
    """The bytes of UTF-8 that an answer may still have."""

    __slots__ = ("_left", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most

    @property
    def passed(self) -> bool:
        """Whether the answer was longer than allowed."""
        return self._left < 0

    @property
    def note(self) -> str:
        """The note on an answer that was cut."""
        return f"the answer passed {self._most / (1024 * 1024):g} MiB and was cut there"

    def take(self, text: str) -> str:
        """Returns as much of `text` as is still allowed, in whole characters."""
        size = len(text) if text.isascii() else len(text.encode())
        left, self._left = self._left, self._left - size
        return text if size <= left else text.encode()[: max(left, 0)].decode("utf-8", "ignore")

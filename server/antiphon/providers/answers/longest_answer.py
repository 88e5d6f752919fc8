"""How long an answer may become before an adapter stops reading it."""

from __future__ import annotations


class Room:
    """What is left of the longest answer, in bytes of UTF-8."""

    __slots__ = ("_left", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most

    @property
    def passed(self) -> bool:
        """Whether the answer was longer."""
        return self._left < 0

    @property
    def note(self) -> str:
        """The note on such an answer."""
        return f"the answer passed {self._most / (1024 * 1024):g} MiB and was cut there"

    def take(self, text: str) -> str:
        """As much of `text` as there is room for, in whole characters."""
        size = len(text) if text.isascii() else len(text.encode())
        room, self._left = self._left, self._left - size
        return text if size <= room else text.encode()[: max(room, 0)].decode("utf-8", "ignore")

"""How long an answer may become: a model that never stops fills a disk, and is paid for."""

from __future__ import annotations

from typing import Final

from antiphon.engine.ports.deltas import ANSWER_LIMIT, Finished

MOST_BYTES: Final = 16 * 1024 * 1024


class AnswerLimit:
    """Counts one answer's bytes of UTF-8, and cuts it where it passes `max_bytes`."""

    def __init__(self, max_bytes: int = MOST_BYTES) -> None:
        self._max_bytes = max_bytes
        self._room = max_bytes

    @property
    def passed(self) -> bool:
        """The answer was longer; nothing more may be taken."""
        return self._room < 0

    @property
    def taken_bytes(self) -> int:
        """What has been taken so far."""
        return self._max_bytes - max(0, self._room)

    @property
    def note(self) -> str:
        """What is said of it below the answer."""
        size = self._max_bytes / (1024 * 1024)
        shown = f"{size:g} MiB" if size >= 1 else f"{self._max_bytes:,} bytes"
        return f"the answer passed {shown} and was cut there; limits.maxAnswerBytes says how much"

    def take(self, text: str) -> str:
        """As much of `text` as there is room for, in whole characters."""
        size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        room, self._room = self._room, self._room - size
        if size <= room:
            return text
        return text.encode("utf-8", "replace")[: max(room, 0)].decode("utf-8", "ignore")

    def end(self) -> Finished:
        """How such an answer ends."""
        return Finished(ANSWER_LIMIT, "truncated")

"""Cuts an answer that grows too long."""

from __future__ import annotations

from typing import Final

from antiphon.engine.ports.deltas import ANSWER_LIMIT, Finished

MOST_BYTES: Final = 16 * 1024 * 1024
"""The longest answer, unless the settings say otherwise."""


class AnswerLimit:
    """Counts one answer's bytes of UTF-8, and cuts it after `max_bytes`.

    A model that never stops would fill the disk, and would be paid for.
    """

    def __init__(self, max_bytes: int = MOST_BYTES) -> None:
        self._max_bytes = max_bytes
        self._remaining = max_bytes

    @property
    def passed(self) -> bool:
        """Whether the answer was longer. Then no more text may be added."""
        return self._remaining < 0

    @property
    def taken_bytes(self) -> int:
        """The number of bytes so far."""
        return self._max_bytes - max(0, self._remaining)

    @property
    def note(self) -> str:
        """The note below an answer that was cut."""
        size = self._max_bytes / (1024 * 1024)
        size_text = f"{size:g} MiB" if size >= 1 else f"{self._max_bytes:,} bytes"
        return f"the answer was cut after {size_text}, the limit in limits.maxAnswerBytes"

    def take(self, text: str) -> str:
        """Returns as much of `text` as the limit allows, in whole characters."""
        data = text.encode("utf-8", "replace")
        remaining, self._remaining = self._remaining, self._remaining - len(data)
        return text if remaining >= len(data) else data[: max(remaining, 0)].decode(errors="ignore")

    def end(self) -> Finished:
        """Returns how an answer that was cut ends."""
        return Finished(ANSWER_LIMIT, "truncated")

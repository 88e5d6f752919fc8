"""Counts the unreadable lines of a stream: a few are left out, more end it."""

from __future__ import annotations

from typing import Final

MAX_UNREADABLE: Final = 3


class Unreadable:
    """Counts a stream's unreadable lines."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    @property
    def too_many(self) -> bool:
        """Whether the stream must not be read any further."""
        return self.count > MAX_UNREADABLE

    @property
    def note(self) -> str | None:
        """The note on unreadable lines, or `None` without any."""
        if not self.count:
            return None
        which = "1 line" if self.count == 1 else f"{self.count} lines"
        were = "was" if self.count == 1 else "were"
        return f"{which} of the stream could not be read and {were} left out"


def is_utf8(data: bytes) -> bool:
    """Checks whether `data` is valid UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

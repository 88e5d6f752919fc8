"""Limits the requests a minute to each provider, as the user set it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon.engine.ports import Clock

_WINDOW_S: Final = 60.0


class RequestRateLimit:
    """Counts the requests of the last minute for each provider."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}

    def take(self, provider: str, per_minute: int) -> float:
        """Counts a request and returns 0.0, or returns the seconds until one is free."""
        now = self._clock()
        sent = self._sent.setdefault(provider, deque())
        while sent and sent[0] <= now - _WINDOW_S:
            sent.popleft()
        if len(sent) < per_minute:
            sent.append(now)
            return 0.0
        # More than `per_minute` are counted if the limit has just been lowered.
        return sent[-per_minute] + _WINDOW_S - now

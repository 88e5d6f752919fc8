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
        sent = self._last_minute(provider)
        if len(sent) < per_minute:
            sent.append(self._clock())
            return 0.0
        # More than `per_minute` are counted if the limit has just been lowered.
        return sent[-per_minute] + _WINDOW_S - self._clock()

    def count(self, provider: str) -> None:
        """Counts a request that something else has allowed."""
        self._last_minute(provider).append(self._clock())

    def _last_minute(self, provider: str) -> deque[float]:
        sent = self._sent.setdefault(provider, deque())
        since = self._clock() - _WINDOW_S
        while sent and sent[0] <= since:
            sent.popleft()
        return sent

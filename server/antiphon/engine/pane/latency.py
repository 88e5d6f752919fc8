"""The points in time of one answer, and the latency that follows from them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from antiphon.model.values.usage import Latency

if TYPE_CHECKING:
    from collections.abc import Generator

    from antiphon.engine.ports import Clock

_SHORTEST_S: Final = 0.001
"""A burst within less than this says nothing about speed."""


class Stopwatch:
    """Runs from the moment it is made; seconds of `clock`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.started = clock()
        self.queued_s = 0.0
        self.sent: float | None = None
        self.first: float | None = None
        """When the first text arrived."""
        self.last: float | None = None
        """When the last text arrived."""

    @contextmanager
    def queueing(self) -> Generator[None]:
        """What lasts as long as the context is waiting of ours, also where it is stopped."""
        since = self._clock()
        try:
            yield
        finally:
            self.queued_s += self._clock() - since

    def begin_attempt(self) -> None:
        """The request goes out."""
        self.sent = self._clock()

    def since_sent_ms(self) -> int | None:
        """Gives the milliseconds since the last request left, or `None` before the first."""
        return None if self.sent is None else milliseconds(self._clock() - self.sent)

    def latency(self, output_tokens: int) -> Latency:
        """The figures so far."""
        spread = (self.last or 0.0) - (self.first or 0.0)
        return Latency(
            queued_ms=milliseconds(self.queued_s),
            ttft_ms=None
            if self.first is None or self.sent is None
            else milliseconds(self.first - self.sent),
            total_ms=milliseconds(self._clock() - self.started),
            tokens_per_second=round(output_tokens / spread, 1) if spread >= _SHORTEST_S else None,
        )


def milliseconds(seconds: float) -> int:
    """Seconds as whole milliseconds, never below zero."""
    return max(0, round(seconds * 1000))

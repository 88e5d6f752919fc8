"""Time limits on one attempt, measured on content: keep-alive bytes do not count."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from antiphon.engine.ports import Clock
    from antiphon.model.values.model_info import ModelInfo

Expired = Literal["timeout_first_token", "timeout_idle", "timeout_total"]


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds; `connect` is kept by the provider's adapter, which alone sees the connection."""

    connect: float = 5.0
    first_token: float = 60.0
    idle: float = 60.0
    total: float = 1800.0
    first_token_reasoning: float = 300.0
    """In place of `first_token` for models that think, many of them without a word."""

    def of_model(self, card: ModelInfo) -> TimeLimits:
        """The limits for one model: one that thinks before it answers may be silent for long."""
        if "reasoning" not in card.capabilities:
            return self
        return replace(self, first_token=max(self.first_token, self.first_token_reasoning))


class AttemptTimer:
    """Calls `expire` once when an attempt has brought no content for too long.

    Content sets `fed`, a number; the timer looks at that number when it rings and sets itself
    again, so that a stream of thousands of deltas costs one timer an idle period.
    """

    def __init__(self, limits: TimeLimits, clock: Clock, expire: Callable[[], None]) -> None:
        self._limits = limits
        self._clock = clock
        self._expire = expire
        self._started = clock()
        self.fed: float | None = None
        """When content arrived last, by the same clock."""
        self._paused = False
        self._timer: asyncio.TimerHandle | None = None
        self.expired: Expired | None = None

    def pause(self) -> None:
        """The delay that follows is ours: the client has no room for more."""
        self._paused = True

    def resume(self) -> None:
        """The provider is being read again."""
        self._paused = False
        if self.fed is not None:
            self.fed = self._clock()

    def __enter__(self) -> Self:
        self._look()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        now = self._clock()
        end, kind = self._deadline()
        if now >= end:
            self.expired = kind
            self._expire()
            return
        # Feeding sets no timer, so the shorter limit that begins with it is looked at in time.
        wait = min(end - now, self._limits.idle)
        self._timer = asyncio.get_running_loop().call_later(wait, self._look)

    def _deadline(self) -> tuple[float, Expired]:
        total: tuple[float, Expired] = (self._started + self._limits.total, "timeout_total")
        if self._paused:
            return total
        content: tuple[float, Expired] = (
            (self._started + self._limits.first_token, "timeout_first_token")
            if self.fed is None
            else (self.fed + self._limits.idle, "timeout_idle")
        )
        return min(content, total, key=lambda deadline: deadline[0])

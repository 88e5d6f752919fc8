"""Limits the time of one attempt by its content. Keep-alive bytes do not count."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal, Self

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from antiphon.engine.ports import Clock
    from antiphon.model.values.model_info import ModelInfo

Expired = Literal["timeout_first_token", "timeout_idle", "timeout_total"]


class TimeLimits(Struct, frozen=True):
    """Time limits in seconds.

    `connect` is enforced by the provider's adapter, because only it has the connection.
    """

    connect: float = 5.0
    first_token: float = 60.0
    idle: float = 60.0
    total: float = 1800.0
    first_token_reasoning: float = 300.0
    """Used instead of `first_token` for reasoning models. Many of them send nothing meanwhile."""

    def of_model(self, card: ModelInfo) -> TimeLimits:
        """Returns the limits for one model. One that reasons first may be silent for long."""
        if "reasoning" not in card.capabilities:
            return self
        return replace(self, first_token=max(self.first_token, self.first_token_reasoning))


class AttemptTimer:
    """Calls `expire` once when an attempt has brought no content for too long.

    Content sets `fed`, a number. The timer checks that number when it fires, and sets itself
    again, so that a stream of thousands of deltas costs one timer for each idle period.
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
        """Stops counting the time, because the client is not ready for more content."""
        self._paused = True

    def resume(self) -> None:
        """Counts the time again, because the provider is being read again."""
        self._paused = False
        if self.fed is not None:
            self.fed = self._clock()

    def __enter__(self) -> Self:
        self._check()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _check(self) -> None:
        now = self._clock()
        end, kind = self._deadline()
        if now >= end:
            self.expired = kind
            self._expire()
            return
        # Feeding sets no timer, so this one must fire in time for an idle limit that begins later.
        wait = min(end - now, self._limits.idle)
        self._timer = asyncio.get_running_loop().call_later(wait, self._check)

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

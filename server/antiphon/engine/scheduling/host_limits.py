"""Holds what limits the requests of all clients at each host: slots, backoffs, counted requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.scheduling.backoff import ProviderBackoff
from antiphon.engine.scheduling.rate_limit import RequestRateLimit
from antiphon.engine.scheduling.slots import HostSlots

if TYPE_CHECKING:
    from antiphon.engine.ports import Clock

_MOST_IDLE: Final = 64
"""More hosts than these are known only after many clients with keys of their own."""


class HostLimits:
    """The limits of every host, by its address and key, or its local port."""

    def __init__(self, clock: Clock) -> None:
        self.backoff = ProviderBackoff(clock)
        self.rate_limit = RequestRateLimit(clock)
        self._clock = clock
        self._slots: dict[str, HostSlots] = {}

    @property
    def waiting(self) -> int:
        """How many requests wait for a slot, at all hosts together."""
        return sum(each.waiting for each in self._slots.values())

    def slots(self, key: str) -> HostSlots:
        """Returns the slots of one host."""
        found = self._slots.get(key)
        if found is None:
            if len(self._slots) >= _MOST_IDLE:
                self._slots = {each: slots for each, slots in self._slots.items() if slots.is_used}
            found = self._slots[key] = HostSlots(self._clock)
        return found

"""Holds what limits the requests of all clients at each host: slots, backoffs, counted requests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from antiphon.engine.scheduling.backoff import ProviderBackoff
from antiphon.engine.scheduling.rate_limit import RequestRateLimit
from antiphon.engine.scheduling.slots import HostSlots

if TYPE_CHECKING:
    from antiphon.engine.ports import Clock, Host
    from antiphon.engine.ports.shared_limits import SharedLimits

_MOST_IDLE: Final = 64
"""More hosts than these are known only after many clients with keys of their own."""


class HostLimits:
    """The limits of every host, by its address and key, or its local port.

    Slots and counted requests are shared with other servers too, if there are `shared` limits.
    """

    def __init__(self, clock: Clock, shared: SharedLimits | None = None) -> None:
        self.shared = shared
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

    async def take_request(self, provider: str, host: Host, per_minute: int) -> float:
        """Counts a request to a provider, or returns the seconds until one is free.

        What the servers together have sent counts here too, so that a server which is left alone
        does not begin its minute again.
        """
        counted = f"{provider} at {host.key}"
        if self.shared is not None and host.shared_name:
            shared_name = _name_at(host.shared_name, provider)
            seconds = await self.shared.take_request(shared_name, per_minute)
            if seconds is not None:
                if seconds == 0:
                    self.rate_limit.count(counted)
                return seconds
        return self.rate_limit.take(counted, per_minute)


def _name_at(account: str, provider: str) -> str:
    """Returns the hash of a provider's name at an account, since names may be addresses."""
    return hashlib.blake2b(provider.encode(), key=account.encode(), digest_size=16).hexdigest()

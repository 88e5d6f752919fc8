"""Describes the limits that several servers share.

Accounts have names here that no other server could read a key or an address from: see
`Host.shared_name`. Where the others cannot be reached nothing is shared, nothing is raised, and a
server limits by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from antiphon.model.commands.models import LimitsStatus


class SharedLimits(Protocol):
    """Slots and requests a minute, counted for all servers together."""

    def slot(
        self, account: str, slots: int, tell: Callable[[int, int], None]
    ) -> AbstractAsyncContextManager[None]:
        """Holds one of all servers' `slots` at an account while the context lasts.

        `tell` is called if it takes long: with how many answers stream, and how many requests wait
        before this one. It gets zeros when the wait is over.
        """
        ...

    async def take_request(self, account: str, per_minute: int) -> float | None:
        """Counts a request and returns 0.0, or returns the seconds until one is free.

        Returns `None` if nothing is shared at the moment, and has counted nothing then.
        """
        ...

    def status(self) -> LimitsStatus:
        """Returns whether the limits are shared now, and why not."""
        ...

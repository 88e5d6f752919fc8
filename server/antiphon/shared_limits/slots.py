"""Holds this server's part of the slots that all servers share."""

from __future__ import annotations

import logging
import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from antiphon.engine.ports import Clock
    from antiphon.shared_limits.backend import Backend

    Answer = tuple[bool, int, int]
    """Whether a request has its slot, how many answers stream, how many requests wait before it."""
    Ask = Callable[[Callable[[Backend], Awaitable[Answer]]], Awaitable[Answer | None]]

_log = logging.getLogger(__name__)

_ASKED_AFTER_S: Final = 0.1
"""How often the first in the line asks whether a slot is free."""
_ASKED_AFTER_MOST_S: Final = 1.0
"""How often those far behind ask: often enough to be known as waiting."""
_REPORTED_AFTER_S: Final = 1.0


class SharedSlots:
    """The slots that this server holds, by account.

    `ask` returns `None` at once if nothing is shared at the moment. A request then goes on without
    a slot of the others, and gets one when they are back. `released` is called with each end.
    """

    def __init__(
        self,
        ask: Ask,
        released: Callable[[], None],
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._ask = ask
        self._note_release = released
        self._clock = clock
        self._sleep = sleep
        self._held: dict[str, set[str]] = {}
        self._released: dict[str, set[str]] = {}

    @asynccontextmanager
    async def slot(
        self, account: str, slots: int, tell: Callable[[int, int], None]
    ) -> AsyncGenerator[None]:
        """Holds a slot as `antiphon.engine.ports.shared_limits` describes it."""
        token = secrets.token_hex(8)
        try:
            await self._wait(account, token, slots, tell)
            self._held.setdefault(account, set()).add(token)
            yield
        finally:
            _discard(self._held, account, token)
            # What was asked for may have been granted while the answer was not waited for.
            self._released.setdefault(account, set()).add(token)
            self._note_release()

    async def _wait(
        self, account: str, token: str, slots: int, tell: Callable[[int, int], None]
    ) -> None:
        reported_at = self._clock() + _REPORTED_AFTER_S
        is_reported = False
        while True:
            answer = await self._ask(lambda backend: backend.leases.acquire(account, token, slots))
            if answer is None or answer[0]:
                break
            _, streaming, before = answer
            if not is_reported:
                _log.debug("the request waits for a slot of all servers: %d before it", before)
            if not is_reported and self._clock() >= reported_at:
                is_reported = True
                tell(streaming, before)
            await self._sleep(min(_ASKED_AFTER_S * (1 + before), _ASKED_AFTER_MOST_S))
        if is_reported:
            tell(0, 0)

    async def settle(self, backend: Backend) -> None:
        """Gives back what was released, and holds the rest for longer."""
        held = _copy(self._held)
        released = _copy(self._released)
        await backend.leases.settle(held, released)
        for account, tokens in released.items():
            for token in tokens:
                _discard(self._released, account, token)

    def forget_released(self) -> None:
        """Leaves what was released to the ends of its leases."""
        self._released.clear()


def _copy(tokens: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {account: tuple(each) for account, each in tokens.items()}


def _discard(tokens: dict[str, set[str]], account: str, token: str) -> None:
    if account in tokens:
        tokens[account].discard(token)
        if not tokens[account]:
            del tokens[account]

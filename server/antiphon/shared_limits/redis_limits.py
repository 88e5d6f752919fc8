"""Shares limits over Redis while it answers, and finds it again.

No question fails or is late because of Redis. It is asked only while it is known to answer; the
first question that it leaves waiting (for half a second) goes on by this server's own limits, and
all others do at once, until Redis answers to what is asked beside the questions.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
import anyio.to_thread

from antiphon.engine.ports.shared_limits import SharedLimits
from antiphon.model.commands.models import LimitsStatus
from antiphon.model.values.extras import to_install_command
from antiphon.shared_limits.slots import SharedSlots

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from antiphon.engine.ports import Clock
    from antiphon.shared_limits.backend import Backend

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

RENEWED_AFTER_S: Final = 3.0
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 30.0
_CLOSE_S: Final = 1.0


class RedisLimits(SharedLimits):
    """The limits that are shared over the Redis at a URL, while `run` runs."""

    def __init__(
        self,
        url: str,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._url = url
        self._clock = clock
        self._sleep = sleep
        self._backend: Backend | None = None
        self._is_up = False
        self._problem: str | None = None
        self._changed = anyio.Event()
        self._slots = SharedSlots(self.ask, self._wake, clock, sleep)

    def slot(
        self, account: str, slots: int, tell: Callable[[int, int], None]
    ) -> AbstractAsyncContextManager[None]:
        return self._slots.slot(account, slots, tell)

    async def take_request(self, account: str, per_minute: int) -> float | None:
        return await self.ask(lambda backend: backend.minute.take(account, per_minute))

    def status(self) -> LimitsStatus:
        return LimitsStatus(shared=self._is_up, problem=self._problem)

    async def ask(self, work: Callable[[Backend], Awaitable[_T]]) -> _T | None:
        """Returns what `work` finds, or `None` at once if Redis is not known to answer."""
        backend = self._backend
        if backend is None or not self._is_up:
            return None
        try:
            return await backend.within_patience(work)
        except backend.errors as error:
            if self._is_up:  # else another question has found it out meanwhile
                self._lose(backend.describe(error))
            return None

    async def run(self) -> None:
        """Connects, keeps this server's slots, and connects again whenever Redis was gone."""
        self._backend = backend = await self._open()
        if backend is None:
            return
        try:
            await self._keep(backend)
        finally:
            with anyio.move_on_after(_CLOSE_S, shield=True):
                await self.ask(self._slots.settle)
                await backend.aclose()

    async def _open(self) -> Backend | None:
        try:
            return await anyio.to_thread.run_sync(_import_and_open, self._url)
        except ModuleNotFoundError:
            self._lose(
                "limits.redisUrl needs the extra `redis`, which is not installed. "
                f"Install it with: {to_install_command('redis')}"
            )
        except ValueError:
            self._lose("limits.redisUrl is not an address that Redis' library understands.")
        return None

    async def _keep(self, backend: Backend) -> None:
        wait = _FIRST_WAIT_S
        while True:
            since = self._clock()
            await self._share(backend)
            if self._clock() - since > _LONGEST_WAIT_S:
                wait = _FIRST_WAIT_S
            await self._sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT_S)

    async def _share(self, backend: Backend) -> None:
        """Returns when Redis does not answer, at once or after the limits were shared."""
        while True:
            self._changed = anyio.Event()
            try:
                await backend.within_patience(self._slots.settle)
            except backend.errors as error:
                self._lose(backend.describe(error))
                return
            if not self._is_up:
                self._is_up, self._problem = True, None
                _log.info("limits are shared with other servers")
            with anyio.move_on_after(RENEWED_AFTER_S):
                await self._changed.wait()
            if not self._is_up:
                return

    def _wake(self) -> None:
        self._changed.set()

    def _lose(self, problem: str) -> None:
        """Limits by this server alone from now on, and logs it if it is new."""
        if self._problem != problem:
            _log.warning("limits are this server's own for now: %s", problem)
        self._is_up, self._problem = False, problem
        self._slots.forget_released()
        self._wake()


def _import_and_open(url: str) -> Backend:
    from antiphon.shared_limits.backend import Backend  # noqa: PLC0415 - with `limits.redisUrl` only

    return Backend(url)

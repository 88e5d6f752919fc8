"""Starts the server's one worker when it is needed, and restarts it if it died.

A worker that keeps dying is not started for a minute. One that nobody has used for a quarter of an
hour is ended, since it uses some 200 MB.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import anyio

from antiphon.engine.ports.deltas import ProviderError
from antiphon.engine.ports.environment import current_environ
from antiphon.model.failure import Failure
from antiphon.providers.litellm.environment import select_own
from antiphon.providers.litellm.process import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.engine.ports import Clock

_log = logging.getLogger(__name__)

START_LIMIT_S: Final = 120.0
CLOSE_LIMIT_S: Final = 2.0
IDLE_S: Final = 15 * 60.0
MAX_DEATHS: Final = 3
DEATHS_WITHIN_S: Final = 60.0


class WorkerSupervisor:
    """Keeps the worker of one event loop for all clients whose variables are equal.

    `of_client` has these variables, by default this process's.
    """

    def __init__(
        self,
        clock: Clock = time.monotonic,
        idle_s: float = IDLE_S,
        of_client: Mapping[str, str] | None = None,
    ) -> None:
        self.of_client = of_client
        self._clock = clock
        self._idle_s = idle_s
        self._worker: Worker | None = None
        self._starting = anyio.Lock()
        self._deaths: list[float] = []
        self._users: dict[object, Callable[[str], str]] = {}
        self._streams = 0
        self._idle: asyncio.TimerHandle | None = None
        self._ended_idle: Worker | None = None
        """The worker that was ended because it was idle, which does not count as a death."""

    @property
    def pid(self) -> int | None:
        """The id of the worker's process, or `None` without one."""
        return None if self._worker is None or self._worker.dead else self._worker.pid

    def number(self) -> int:
        """Returns a number for a new stream."""
        self._streams += 1
        return self._streams

    async def worker(self, user: object, scrub: Callable[[str], str], provider: str) -> Worker:
        """Returns a worker that is ready, for `user` until it calls `release`.

        `scrub` removes the user's keys from what the worker writes to stderr. Raises
        `ProviderError` if no worker can be started.
        """
        self._users[user] = scrub
        async with self._starting:
            self._restart_idle_timer()
            worker = self._worker
            if worker is None or worker.dead:
                worker = await self._start(provider)
        with anyio.move_on_after(START_LIMIT_S):
            await worker.ready.wait()
        if worker.was_ready and not worker.dead:
            return worker
        if not worker.ready.is_set():
            _log.warning("the litellm worker is not ready after %.0f s", START_LIMIT_S)
            worker.kill()
        raise _did_not_start(worker, provider)

    async def release(self, user: object) -> None:
        """Removes a user, and ends the worker within two seconds if it was the last."""
        self._users.pop(user, None)
        if self._users:
            return
        _forget(self)
        if self._idle is not None:
            self._idle.cancel()
        async with self._starting:
            worker, self._worker = self._worker, None
            if worker is not None:
                await worker.aclose(CLOSE_LIMIT_S)

    async def _start(self, provider: str) -> Worker:
        now = self._clock()
        if self._worker is not None and self._worker is not self._ended_idle:
            self._deaths.append(now)
        self._worker = None
        self._deaths = [death for death in self._deaths if now - death < DEATHS_WITHIN_S]
        if len(self._deaths) >= MAX_DEATHS:
            raise _keeps_dying(provider, self._deaths[0] + DEATHS_WITHIN_S - now)
        message = "The litellm worker could not be started."
        try:
            with anyio.CancelScope(shield=True):
                self._worker = await Worker.start(self._scrub, self.of_client)
                _log.info("the litellm worker starts: process %d", self._worker.pid)
                return self._worker
        except OSError as error:
            message = f"The litellm worker could not be started: {error.strerror}."
        failure = Failure.of("internal", message, provider=provider)
        raise ProviderError(failure, wait_hint="never")

    def _restart_idle_timer(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._end_if_idle)

    def _end_if_idle(self) -> None:
        worker = self._worker
        if worker is None or worker.dead:
            return
        if worker.busy:
            self._restart_idle_timer()
        else:
            self._ended_idle = worker
            _log.debug("the litellm worker is let go: %.0f s without work", self._idle_s)
            worker.end()

    def _scrub(self, text: str) -> str:
        for scrub in self._users.values():
            text = scrub(text)
        return text


def current_supervisor() -> WorkerSupervisor:
    """Returns the supervisor of the running loop for the variables of the task's client."""
    supervisors = _supervisors.setdefault(asyncio.get_running_loop(), [])
    of_client = select_own(current_environ())
    for each in supervisors:
        if each.of_client == of_client:
            return each
    supervisors.append(WorkerSupervisor(of_client=of_client))
    return supervisors[-1]


def _forget(supervisor: WorkerSupervisor) -> None:
    """Drops a supervisor that nobody uses, with the variables that it was made for."""
    for supervisors in _supervisors.values():
        if supervisor in supervisors:
            supervisors.remove(supervisor)


_supervisors: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, list[WorkerSupervisor]]] = (
    WeakKeyDictionary()
)


def _did_not_start(worker: Worker, provider: str) -> ProviderError:
    words = worker.unusable or worker.stderr_log.last
    message = f"The litellm worker did not start{': ' + words[:300] if words else ''}."
    hint = (
        "Install litellm again: in a checkout of Antiphon by `make clean install`, elsewhere by "
        "`pip install --force-reinstall 'antiphon[litellm]'`."
    )
    kind = "unsupported" if worker.unusable else "server_error"
    failure = Failure.of(kind, message, hint=hint, provider=provider)
    return ProviderError(failure, wait_hint="never" if worker.unusable else None)


def _keeps_dying(provider: str, wait_s: float) -> ProviderError:
    message = (
        f"The litellm worker ended {MAX_DEATHS} times within {DEATHS_WITHIN_S:g} s; "
        f"it can be started again in {max(1, round(wait_s))} s."
    )
    hint = "The log at level debug has its last lines. Other providers are not affected."
    failure = Failure.of("server_error", message, hint=hint, provider=provider)
    return ProviderError(failure, wait_hint="never")

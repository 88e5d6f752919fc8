"""Requests at fixed moments while something else is going on: how long each waits.

A request is sent when its moment has come, whether or not the one before was answered, so that
one long stall counts for every request that it holds up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from benchmarks.harness.peer import PATIENCE_S, result_of
from benchmarks.harness.wire import is_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.harness.peer import Peer


@dataclass(slots=True)
class Probe:
    """Sends `request` every `period_s` seconds; `waits` are seconds from due to answered."""

    peer: Peer
    request: Callable[[Peer], int]
    period_s: float
    cost_s: float = 0.0
    """How long this side takes over each message: an editor that is busy drawing."""
    waits: list[float] = field(default_factory=list[float])
    messages: int = 0
    _due: dict[int, float] = field(default_factory=dict[int, float])

    def until(self, run: int) -> None:
        """Goes on until the request `run` is answered and every probe is."""
        running, ends = True, time.perf_counter() + PATIENCE_S
        due = time.perf_counter()
        while running or self._due:
            now = time.perf_counter()
            if now > ends:
                raise TimeoutError("the run did not end")
            if running and now >= due:
                self._due[self.request(self.peer)] = due
                due += self.period_s
            self.peer.read(max(0.0, due - now) if running else 1.0)
            running &= not self._look(run)

    def quiet(self, seconds: float) -> None:
        """Goes on for `seconds`."""
        ends = time.perf_counter() + seconds
        due = time.perf_counter()
        while (now := time.perf_counter()) < ends or self._due:
            if due <= now < ends:
                self._due[self.request(self.peer)] = due
                due += self.period_s
            self.peer.read(max(0.0, min(due, ends) - now) if now < ends else 1.0)
            self._look(None)

    def _look(self, run: int | None) -> bool:
        """Takes what has been read; whether the answer to `run` was in it."""
        found = False
        for body in self.peer.bodies():
            self.messages += 1
            if self.cost_s:
                time.sleep(self.cost_s)
            if not is_answer(body):
                continue
            message = msgspec.json.decode(body)
            result_of(message)
            due = self._due.pop(message["id"], None)
            if due is not None:
                self.waits.append(time.perf_counter() - due)
            found |= message["id"] == run
        return found

"""Stores what is about to be shown, in order, again if it fails.

Text is stored before it is shown. The first token of a pane, a retry and the end of a run are
stored at once; all else waits for the next frame, which is shared by all panes of a run and grows
with their number and their length: an editor's cost of an update grows with both
(docs/benchmarks.md).

If storing fails (a full disk, a locked database) the answer goes on and is marked: what failed is
tried again, in order, before anything newer.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import anyio

from antiphon.engine.ports import TextChunk
from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import Clock, History, Record

_log = logging.getLogger(__name__)

_MOST_CHARACTERS: Final = 16 * 1024 * 1024
_PAUSE_S: Final = 1.0
_FEW_PANES: Final = 2
_MANY_PANES: Final = 16
_LONG_TEXT: Final = 65_536
_SLOWEST: Final = 0.1


class WriteQueue:
    """Writes to the history in order, and never loses an end silently."""

    def __init__(self, history: History, clock: Clock) -> None:
        self._history = history
        self._clock = clock
        self._turn = anyio.Lock(fast_acquire=True)
        self._backlog: list[Record] = []
        self._not_before = 0.0
        self.problem: str | None = None
        """Why the last attempt failed; `None` if everything is stored."""

    @property
    def waiting(self) -> int:
        """How many records could not be stored yet."""
        return len(self._backlog)

    async def write(self, records: Sequence[Record]) -> bool:
        """Stores `records`, or keeps them in memory to retry, and returns whether it stored.

        After a failure the database is not used for a second: a locked one would otherwise delay
        every frame. Runs write one after the other, so that no record is lost or stored twice.
        """
        async with self._turn:
            if self._backlog and self._clock() < self._not_before:
                self._hold(records)
                return False
            try:
                await self._history.record([*self._backlog, *records])
            except AntiphonError as problem:
                self._hold(records)
                self._not_before = self._clock() + _PAUSE_S
                self.problem = problem.failure.message
                waiting = len(self._backlog)
                _log.warning("not in the history yet: %s %d records wait", self.problem, waiting)
                return False
            if self._backlog:
                _log.info("%d records that waited are in the history now", len(self._backlog))
            self._backlog.clear()
            self.problem = None
            return True

    async def flush(self) -> bool:
        """Retries the waiting records at once."""
        self._not_before = 0.0
        return not self._backlog or await self.write(())

    def _hold(self, records: Sequence[Record]) -> None:
        self._backlog.extend(records)
        size = sum(len(record.text) for record in self._backlog if isinstance(record, TextChunk))
        if size > _MOST_CHARACTERS:
            # The end of an answer carries its whole text, so dropping chunks loses nothing that
            # an orderly end would keep; memory must not grow without bound meanwhile.
            self._backlog = [held for held in self._backlog if not isinstance(held, TextChunk)]


def frame_interval(base_s: float, panes: int, longest: int) -> float:
    """Returns the seconds between two frames, by the number and length of answers.

    `base_s` for one or two running panes, twice that for more, three times above sixteen; half as
    much again for every 64 Ki characters of the longest, but never slower than 0.1 s (or than
    `base_s`, if that is slower).
    """
    factor = 1 if panes <= _FEW_PANES else 2 if panes <= _MANY_PANES else 3
    interval = base_s * factor * (1 + longest / _LONG_TEXT / 2)
    return max(base_s, min(interval, _SLOWEST))

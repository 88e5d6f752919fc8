"""When to show what has arrived: at once where it matters, else about once a frame.

The first token of a pane, a retry and the end of a run are shown at once. All else waits for the
next frame, which is shared by all panes of a run and grows with their number and their length:
an editor's cost of an update grows with both (docs/benchmarks.md).
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon.engine.ports import Clock

_FEW_PANES: Final = 2
_MANY_PANES: Final = 16
_LONG_TEXT: Final = 65_536
_SLOWEST: Final = 0.1
_TURN: Final = 0.001


def frame_interval(base_s: float, panes: int, longest: int) -> float:
    """Seconds between two frames of `panes` running panes, the longest of `longest` characters.

    `base_s` for one or two panes, twice that for more, three times past sixteen; half as long
    again for every 64 Ki characters of the longest, but never slower than 0.1 s (or than
    `base_s`, where that is slower).
    """
    factor = 1 if panes <= _FEW_PANES else 2 if panes <= _MANY_PANES else 3
    interval = base_s * factor * (1 + longest / _LONG_TEXT / 2)
    return max(base_s, min(interval, _SLOWEST))


class Turns:
    """Shares the event loop among all streams: 1 ms of one stream's work, then others' work.

    A stream whose data is always ready never gives way by itself, so that neither the timer nor a
    request of the editor would run. Streams that want more have their turns in order, one in each
    round of the loop.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends = 0.0
        self._is_open = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def give_way(self) -> None:
        """Returns at once while the turn lasts, else when the caller's next one has come."""
        loop = asyncio.get_running_loop()
        if not self._is_open and not self._waiting:
            self._is_open = True
            self._ends = self._clock() + _TURN
            loop.call_soon(self._close)
        elif self._clock() >= self._ends:
            place = loop.create_future()
            self._waiting.append(place)
            if len(self._waiting) == 1:
                loop.call_soon(self._next)
            await place

    def _close(self) -> None:
        self._is_open = False

    def _next(self) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():  # else its stream was stopped meanwhile
                self._ends = self._clock() + _TURN
                place.set_result(None)
                break
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._next)

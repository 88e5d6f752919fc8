"""When to show what has arrived: at once where it matters, else about once a frame.

The first token of a pane, an end and a failure are shown at once. Everything else waits for the
next frame, which is shared by all panes of a run and grows with their number and their length:
an editor's cost of an update grows with both (docs/benchmarks.md).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon.engine.ports import Clock

_FEW_PANES: Final = 2
_MANY_PANES: Final = 16
_LONG_TEXT: Final = 65_536
_SLOWEST: Final = 0.1
_TURN: Final = 0.004


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
    """Shares one turn of the event loop among all streams: 4 ms of their work, then others' work.

    A stream whose data is always ready never gives way by itself, so that neither the timer nor a
    request of the editor would run.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends = 0.0
        self._asked = False

    async def give_way(self) -> None:
        """Returns at once while the turn lasts, else after the loop has gone round."""
        if not self._asked:
            self._asked = True
            self._ends = self._clock() + _TURN
            asyncio.get_running_loop().call_soon(self._begin)
        elif self._clock() >= self._ends:
            await asyncio.sleep(0)

    def _begin(self) -> None:
        self._asked = False

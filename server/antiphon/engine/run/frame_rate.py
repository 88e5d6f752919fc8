"""When to show what has arrived: at once where it matters, else about once a frame.

The first token of a pane, a retry and the end of a run are shown at once. All else waits for the
next frame, which is shared by all panes of a run and grows with their number and their length:
an editor's cost of an update grows with both (docs/benchmarks.md).
"""

from __future__ import annotations

from typing import Final

_FEW_PANES: Final = 2
_MANY_PANES: Final = 16
_LONG_TEXT: Final = 65_536
_SLOWEST: Final = 0.1


def frame_interval(base_s: float, panes: int, longest: int) -> float:
    """Seconds between two frames of `panes` running panes, the longest of `longest` characters.

    `base_s` for one or two panes, twice that for more, three times past sixteen; half as long
    again for every 64 Ki characters of the longest, but never slower than 0.1 s (or than
    `base_s`, where that is slower).
    """
    factor = 1 if panes <= _FEW_PANES else 2 if panes <= _MANY_PANES else 3
    interval = base_s * factor * (1 + longest / _LONG_TEXT / 2)
    return max(base_s, min(interval, _SLOWEST))

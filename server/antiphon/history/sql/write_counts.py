"""Summarizes writes for the log: a running answer is written thirty times a second.

A write is logged if an answer ended with it, if it was slow, or if a hundred were not logged; the
line includes those before it.
"""

from __future__ import annotations

import logging
from typing import Final

_log = logging.getLogger(__name__)

_SLOW_S: Final = 0.1
_MOST_UNLOGGED: Final = 100


class WriteTally:
    """Counts writes of running answers for the log."""

    def __init__(self) -> None:
        self._begin()

    def count(self, records: int, ends: int, took_s: float) -> None:
        """Counts one write, and logs all since the last line if one is due."""
        if not _log.isEnabledFor(logging.DEBUG):
            return
        self._writes += 1
        self._records += records
        self._took_s += took_s
        self._slowest_s = max(self._slowest_s, took_s)
        if ends or took_s > _SLOW_S or self._writes >= _MOST_UNLOGGED:
            self._report(ends)
            self._begin()

    def _begin(self) -> None:
        self._writes = self._records = 0
        self._took_s = self._slowest_s = 0.0

    def _report(self, ends: int) -> None:
        took, slowest = round(self._took_s * 1000, 1), round(self._slowest_s * 1000, 1)
        figures = {"writes": self._writes, "records": self._records, "ends": ends, "ms": took}
        words = ", ".join(f"{name} {value}" for name, value in figures.items())
        extra = {"figures": {**figures, "slowestMs": slowest}}
        _log.debug("wrote to the history: %s, the slowest %s ms", words, slowest, extra=extra)

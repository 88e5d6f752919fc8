"""Repeats measurements in turn, so that a noisy minute falls on all of them alike."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")


def interleaved(cases: Mapping[str, Callable[[], T]], repetitions: int) -> dict[str, list[T]]:
    """The results of each case: one of each, then one of each again, every round turned by one."""
    names = list(cases)
    results: dict[str, list[T]] = {name: [] for name in names}
    for turn in range(repetitions):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            results[name].append(cases[name]())
    return results


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

"""Times the operations of a history, whichever database keeps it.

The history is wrapped, so that it knows nothing of this and costs nothing if nobody counts.
"""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from antiphon.model.failure import AntiphonError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus_client import Counter, Histogram

History = TypeVar("History")

_PARTS: Final = {
    "ledger": "spending",
    "library": "sessions",
    "looks": "follow",
    "pipelines": "pipelines",
    "upkeep": "upkeep",
}
"""The parts of a history that have methods of their own, with the class of these."""
_CLASSES: Final = {
    "begin_run": "begin",
    "record": "append",
    "add_messages": "append",
    "recover": "upkeep",
    "load_shares": "sessions",
    "search": "search",
}
_READ: Final = "read"

OPERATIONS: Final = tuple(sorted({*_PARTS.values(), *_CLASSES.values(), _READ}))
"""Every class of operations."""


class HistoryTimes:
    """Observes how long operations took, and how many failed."""

    def __init__(self, seconds: Histogram, errors: Counter) -> None:
        self._seconds = seconds
        self._errors = errors
        for operation in OPERATIONS:  # so that a rate is known from the first one on
            seconds.labels(operation)
            errors.labels(operation)

    def watch(self, history: History) -> History:
        """Returns `history` with every operation timed."""
        return cast("History", _Watched(history, self, _READ))

    async def time(self, operation: str, work: Awaitable[Any]) -> Any:
        """Awaits `work`, and observes its time."""
        began = time.perf_counter()
        try:
            return await work
        except AntiphonError as problem:
            if problem.failure.kind == "storage":
                self._errors.labels(operation).inc()
            raise
        finally:
            self._seconds.labels(operation).observe(time.perf_counter() - began)


class _Watched:
    """A history or a part of it, whose operations are timed."""

    def __init__(self, target: object, times: HistoryTimes, operation: str) -> None:
        self._target = target
        self._times = times
        self._operation = operation

    def __getattr__(self, name: str) -> Any:
        """Returns what the history has under that name, timed if it is an operation."""
        value: Any = getattr(self._target, name)
        if name in _PARTS and self._operation == _READ:
            value = _Watched(value, self._times, _PARTS[name])
        elif name == "for_user":
            value = self._for_user(value)
        elif inspect.iscoroutinefunction(value):
            value = self._timed(value, _CLASSES.get(name, self._operation))
        else:
            return value  # a property, which may have another value the next time
        self.__dict__[name] = value
        return value

    def _for_user(self, for_user: Callable[..., object]) -> Callable[..., object]:
        def watched(user: str | None) -> _Watched:
            return _Watched(for_user(user), self._times, self._operation)

        return watched

    def _timed(
        self, method: Callable[..., Awaitable[Any]], operation: str
    ) -> Callable[..., Awaitable[Any]]:
        times = self._times
        return lambda *args, **kwargs: times.time(operation, method(*args, **kwargs))

"""Gathers all figures of one server, and formats them as Prometheus reads them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread
from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import generate_latest

from antiphon.metrics import definitions
from antiphon.metrics.history_times import HistoryTimes
from antiphon.metrics.registration import counter, histogram
from antiphon.metrics.run_metrics import RunMetrics
from antiphon.metrics.server_figures import FiguresCollector, ServerFigures

if TYPE_CHECKING:
    from collections.abc import Callable

_LAG_EVERY_S: Final = 0.25


class ServerMetrics:
    """The figures of one server."""

    def __init__(self) -> None:
        self.read: Callable[[], ServerFigures] = ServerFigures
        """Returns the figures that are not counted."""
        disable_created_metrics()  # a series more for each, which nobody asked for
        registry = CollectorRegistry()
        self.runs = RunMetrics(registry)
        self.history = HistoryTimes(
            histogram(definitions.HISTORY_TIME, registry),
            counter(definitions.HISTORY_ERRORS, registry),
        )
        self._lag = histogram(definitions.LOOP_LAG, registry)
        self._figures = FiguresCollector()
        self._registry = registry
        registry.register(self._figures)
        ProcessCollector(registry=registry)

    async def format(self) -> bytes:
        """Returns the present figures, formatted in a thread."""
        self._figures.figures = self.read()
        return await anyio.to_thread.run_sync(generate_latest, self._registry)

    async def measure_lag(self) -> None:
        """Observes how late the event loop is, until it is cancelled."""
        while True:
            due = time.perf_counter() + _LAG_EVERY_S
            await anyio.sleep(_LAG_EVERY_S)
            self._lag.observe(max(0.0, time.perf_counter() - due))

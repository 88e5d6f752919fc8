"""Opens what measures and traces a server, as its settings say.

The libraries are extras: a server without them says so in its log, and serves all the same.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from antiphon import __version__
from antiphon.engine.ports.observer import Observers

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sized

    from antiphon.engine.ports.history import History
    from antiphon.engine.ports.observer import Observer
    from antiphon.metrics.server_figures import NetworkFigures, ServerFigures
    from antiphon.metrics.server_metrics import ServerMetrics
    from antiphon.settings.schema.schema import Settings, TelemetrySettings
    from antiphon.telemetry.export import TraceExport

_log = logging.getLogger(__name__)
H = TypeVar("H")


class Observation:
    """What observes one engine. Without arguments, nothing does."""

    def __init__(
        self, metrics: ServerMetrics | None = None, traces: TraceExport | None = None
    ) -> None:
        self.metrics = metrics
        self.network: Callable[[], NetworkFigures] | None = None
        """Reads what the network service has counted, if there is one."""
        self.services: list[Callable[[], Coroutine[Any, Any, None]]] = []
        """Background work that runs for as long as the engine lives."""
        self._traces = traces
        observers: list[Observer] = []
        if metrics is not None:
            observers.append(metrics.runs)
            self.services.append(metrics.measure_lag)
        if traces is not None:
            observers.append(traces.tracing)
        self.observer = Observers(observers)

    def watch_history(self, history: H) -> H:
        """Returns `history`, whose operations are timed if anything is measured."""
        return history if self.metrics is None else self.metrics.history.watch(history)

    def watch_state(
        self, history: History, clients: Sized, waiting: Callable[[], tuple[int, int]]
    ) -> None:
        """Lets the figures have the state of an engine when they are asked for.

        `waiting` returns how many requests wait for a slot, and how many records to be stored.
        """
        if self.metrics is not None:
            self.metrics.read = lambda: self._read(history, len(clients), *waiting())

    def _read(self, history: History, clients: int, requests: int, records: int) -> ServerFigures:
        from antiphon.metrics.server_figures import ServerFigures  # noqa: PLC0415 - if it is on

        return ServerFigures(
            clients=clients,
            waiting_requests=requests,
            waiting_records=records,
            wal_bytes=_measure_wal(history),
            is_available=history.status().problem is None,
            network=None if self.network is None else self.network(),
        )

    async def aclose(self) -> None:
        """Sends the last spans."""
        if self._traces is not None:
            await self._traces.aclose()


def open_observation(settings: Settings, *, is_scraped: bool = False) -> Observation:
    """Opens what the settings turn on, and figures too if they can be scraped."""
    textfile = settings.metrics.textfile
    metrics = None
    if is_scraped or textfile is not None:
        metrics = _open_metrics()
    observation = Observation(metrics, _open_traces(settings.telemetry))
    if metrics is not None and textfile is not None:
        from antiphon.metrics.textfile import MetricsFile  # noqa: PLC0415 - if it is on

        path = Path(textfile).expanduser()
        file = MetricsFile(path, settings.metrics.interval_ms / 1000, metrics.format)
        observation.services.append(file.keep_current)
    if metrics is None and textfile is not None:
        _log.warning("metrics.textfile: %s", NO_METRICS)
    return observation


NO_METRICS = (
    "figures need the package prometheus-client, which is not installed. "
    "Install antiphon with the extra `metrics`: pip install 'antiphon[metrics]'"
)
_NO_TRACES = (
    "telemetry.enabled: traces need OpenTelemetry's packages, which are not installed. "
    "Install antiphon with the extra `telemetry`: pip install 'antiphon[telemetry]'"
)


def _open_metrics() -> ServerMetrics | None:
    try:
        from antiphon.metrics.server_metrics import ServerMetrics  # noqa: PLC0415 - if it is on
    except ModuleNotFoundError as missing:
        if missing.name != "prometheus_client":
            raise
        return None
    return ServerMetrics()


def _open_traces(settings: TelemetrySettings) -> TraceExport | None:
    if not settings.enabled:
        return None
    try:
        from antiphon.telemetry.export import TraceExport  # noqa: PLC0415 - if it is on
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "opentelemetry":
            raise
        _log.warning(_NO_TRACES)
        return None
    try:
        return TraceExport(__version__, content=settings.content)
    except ValueError:  # whose text may repeat a header's value
        _log.warning("traces are off: a variable OTEL_… of the environment cannot be used")
        return None


def _measure_wal(history: History) -> int | None:
    status = history.status()
    if status.backend != "sqlite":
        return None
    try:
        return Path(f"{status.location}-wal").stat().st_size
    except OSError:  # in memory, or a file system without it
        return 0

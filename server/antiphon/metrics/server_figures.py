"""Holds what is read from a server when its figures are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from antiphon.metrics import definitions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client.core import Metric

    from antiphon.metrics.definitions import Definition


@dataclass(frozen=True)
class NetworkFigures:
    """What the network service has counted since its start."""

    connections: int
    refused: Mapping[str, int]
    received_bytes: int
    sent_bytes: int


@dataclass(frozen=True)
class ServerFigures:
    """The state of a server at one moment."""

    clients: int = 0
    waiting_requests: int = 0
    waiting_records: int = 0
    wal_bytes: int | None = None
    """`None` for a history that has no such log."""
    is_available: bool = True
    """Whether the history's database can be used."""
    network: NetworkFigures | None = None


class FiguresCollector(Collector):
    """Gives the library the `figures` that were read last."""

    def __init__(self) -> None:
        self.figures = ServerFigures()

    def collect(self) -> Iterable[Metric]:
        """Yields every figure of the server that there is."""
        figures = self.figures
        yield _gauge(definitions.CLIENTS, figures.clients)
        yield _gauge(definitions.WAITING, figures.waiting_requests)
        yield _gauge(definitions.UNSAVED, figures.waiting_records)
        yield _gauge(definitions.AVAILABLE, int(figures.is_available))
        if figures.wal_bytes is not None:
            yield _gauge(definitions.WAL, figures.wal_bytes)
        network = figures.network
        if network is not None:
            yield _counter(definitions.CONNECTIONS, {"": network.connections})
            yield _counter(definitions.REFUSED, network.refused)
            yield _counter(definitions.RECEIVED, {"": network.received_bytes})
            yield _counter(definitions.SENT, {"": network.sent_bytes})


def _gauge(definition: Definition, value: int) -> Metric:
    return GaugeMetricFamily(definition.name, definition.text, value=value)


def _counter(definition: Definition, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(definition.name, definition.text, labels=definition.labels)
    for label, value in values.items():
        family.add_metric([label] if definition.labels else [], value)
    return family

"""Makes the library's counters, gauges and histograms from definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from antiphon.metrics.definitions import Definition


def counter(definition: Definition, registry: CollectorRegistry) -> Counter:
    """Registers a counter."""
    return Counter(definition.name, definition.text, definition.labels, registry=registry)


def gauge(definition: Definition, registry: CollectorRegistry) -> Gauge:
    """Registers a gauge."""
    return Gauge(definition.name, definition.text, definition.labels, registry=registry)


def histogram(definition: Definition, registry: CollectorRegistry) -> Histogram:
    """Registers a histogram."""
    return Histogram(
        definition.name,
        definition.text,
        definition.labels,
        registry=registry,
        buckets=definition.buckets,
    )

"""Counts what a network server did, and formats it for Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from antiphon.network.admission import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The figures of one server since its start."""

    def __init__(self, clients: Callable[[], int]) -> None:
        self._clients = clients
        self._started = time.monotonic()
        self.connections = 0
        """WebSockets that were opened."""
        self.refused: Counter[Reason] = Counter()
        self.received_bytes = 0
        self.sent_bytes = 0

    def format(self) -> str:
        """Formats the figures as Prometheus reads them."""
        uptime_s = time.monotonic() - self._started
        lines = [
            *_describe("antiphon_clients", "gauge", "Clients that are connected."),
            f"antiphon_clients {self._clients()}",
            *_describe("antiphon_connections_total", "counter", "Connections that were opened."),
            f"antiphon_connections_total {self.connections}",
            *_describe("antiphon_refused_total", "counter", "Connections that were refused."),
            *(f'antiphon_refused_total{{reason="{each}"}} {self.refused[each]}' for each in Reason),
            *_describe("antiphon_received_bytes_total", "counter", "Bytes of clients' messages."),
            f"antiphon_received_bytes_total {self.received_bytes}",
            *_describe("antiphon_sent_bytes_total", "counter", "Bytes of messages to clients."),
            f"antiphon_sent_bytes_total {self.sent_bytes}",
            *_describe("antiphon_uptime_seconds", "gauge", "Seconds since the server started."),
            f"antiphon_uptime_seconds {uptime_s:.3f}",
        ]
        return "\n".join(lines) + "\n"


def _describe(name: str, kind: str, text: str) -> tuple[str, str]:
    return f"# HELP {name} {text}", f"# TYPE {name} {kind}"

"""A collector of OpenTelemetry on loopback, which keeps what it is sent."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from collections.abc import Generator

    from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """What has arrived. It answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.url = ""
        self.bodies: list[bytes] = []
        self.resource: dict[str, Any] = {}
        self._spans: list[Span] = []
        self._changed = threading.Condition()

    def receive(self, body: bytes) -> int:
        """Keeps one request, and returns the status of its answer."""
        with self._changed:
            self.bodies.append(body)
            if self.status == 200:
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    self.resource = read_attributes(resource.resource)
                    for scope in resource.scope_spans:
                        self._spans += scope.spans
            self._changed.notify_all()
            return self.status

    def wait_for_spans(self, count: int) -> list[Span]:
        """Returns all spans, as soon as there are so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._spans) >= count, timeout=30)
            return list(self._spans)

    def wait_for_requests(self, count: int) -> None:
        """Returns as soon as so many requests have come."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.bodies) >= count, timeout=60)


def read_attributes(holder: Any) -> dict[str, Any]:
    """Returns the attributes of a span or a resource as Python values."""
    return {each.key: _read(each.value) for each in holder.attributes}


def _read(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_read(each) for each in value.array_value.values]
    return getattr(value, kind)


@contextmanager
def collecting() -> Generator[Collector]:
    """Runs a collector for the block."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(collector.receive(body) if self.path == "/v1/traces" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()

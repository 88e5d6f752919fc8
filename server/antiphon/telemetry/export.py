"""Sends spans to a collector by OTLP over HTTP, as the variables `OTEL_…` say.

The SDK's thread sends them; a span that finds its queue full is dropped. A collector that does not
answer is one line in the log, and one when it answers again.
"""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Final

import anyio.to_thread
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from antiphon.telemetry.tracing import Tracing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opentelemetry.sdk.trace import ReadableSpan

_log = logging.getLogger(__name__)
_CLOSE_S: Final = 1.5
"""How long the last spans may take at the end of the server."""


class TraceExport:
    """The spans of a server on their way out."""

    def __init__(
        self, version: str, *, content: bool, exporter: SpanExporter | None = None
    ) -> None:
        """Begins to send to the collector that the environment names.

        Raises `ValueError` if a variable has a value that cannot be used.
        """
        _silence_library()
        self._provider = TracerProvider(
            resource=Resource.create(_name_service(version, os.environ)), shutdown_on_exit=False
        )
        if os.environ.get("OTEL_TRACES_EXPORTER", "otlp") != "none":
            sender = QuietExporter(exporter or OTLPSpanExporter())
            self._provider.add_span_processor(BatchSpanProcessor(sender))
        self.tracing = Tracing(self._provider.get_tracer("antiphon", version), content=content)
        """Observes runs."""

    async def aclose(self) -> None:
        """Sends what is left, for a short time."""
        # A daemon: a collector that does not answer must not hold the server's end.
        ending = threading.Thread(target=self._provider.shutdown, daemon=True)
        ending.start()
        await anyio.to_thread.run_sync(ending.join, _CLOSE_S)


class QuietExporter(SpanExporter):
    """An exporter that says once that it cannot send, and once that it can again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._is_failing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Sends spans, in the SDK's thread."""
        try:
            result = self._exporter.export(spans)
        except Exception:  # noqa: BLE001 - a certificate that is not there, say: the log has a line
            result = SpanExportResult.FAILURE
        is_failing = result is not SpanExportResult.SUCCESS
        if is_failing and not self._is_failing:
            _log.warning(
                "traces are dropped: the collector does not accept them. "
                "Check OTEL_EXPORTER_OTLP_ENDPOINT, or turn telemetry.enabled off."
            )
        elif self._is_failing and not is_failing:
            _log.info("traces are sent again")
        self._is_failing = is_failing
        return result

    def shutdown(self) -> None:
        """Ends the exporter, and its waits between attempts."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Does nothing: the exporter keeps nothing back."""
        return self._exporter.force_flush(timeout_millis)


def _silence_library() -> None:
    """Turns the library's own log off: it has a line for each attempt."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)


def _name_service(version: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Returns what names this service, as far as the environment does not."""
    named = environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    is_named = "OTEL_SERVICE_NAME" in environ or "service.name=" in named
    return {"service.version": version, **({} if is_named else {"service.name": "antiphon"})}

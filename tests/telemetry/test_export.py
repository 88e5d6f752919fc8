"""An exporter that fails says so once, however it fails."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from antiphon.telemetry.export import QuietExporter

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from opentelemetry.sdk.trace import ReadableSpan


class Broken(SpanExporter):
    """An exporter that raises, fails, and works, one after the other."""

    def __init__(self) -> None:
        self.calls = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.calls += 1
        if self.calls == 1:
            raise OSError("no such certificate")
        return SpanExportResult.FAILURE if self.calls == 2 else SpanExportResult.SUCCESS


def test_failures_are_logged_once_until_it_works_again(caplog: pytest.LogCaptureFixture) -> None:
    exporter = QuietExporter(Broken())
    with caplog.at_level(logging.INFO):
        results = [exporter.export([]) for _ in range(4)]
    assert [each.name for each in results] == ["FAILURE", "FAILURE", "SUCCESS", "SUCCESS"]
    assert [each.levelname for each in caplog.records] == ["WARNING", "INFO"]

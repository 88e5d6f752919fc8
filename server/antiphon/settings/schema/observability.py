"""Defines the settings of what is measured and traced."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from antiphon.settings.schema.field_types import Line, Milliseconds  # noqa: TC001 - pydantic reads them
from antiphon.settings.schema.section import USER_ONLY, Section


def _check_textfile(value: str) -> str:
    if not value.endswith(".prom"):
        raise ValueError("must end with .prom, for the collector reads no other files")
    return value


class MetricsSettings(Section):
    """Figures for Prometheus. A server that listens with `--ws` has them at `/metrics`."""

    textfile: Annotated[Line, AfterValidator(_check_textfile)] | None = Field(
        default=None,
        description="A file that ends with `.prom`, which the server replaces at every interval "
        "for the textfile collector of node_exporter. For one server that runs long; several "
        "would overwrite each other's. Needs the extra `metrics`. Takes effect at the next start.",
        json_schema_extra={USER_ONLY: True},
    )
    interval_ms: Milliseconds = Field(
        default=15_000,
        description="How often that file is written. Takes effect at the next start.",
        json_schema_extra={USER_ONLY: True},
    )


class TelemetrySettings(Section):
    """Traces for OpenTelemetry, sent to the collector that the variables `OTEL_…` name."""

    enabled: bool = Field(
        default=False,
        description="Whether each run and each request is sent as a span to the collector at "
        "`OTEL_EXPORTER_OTLP_ENDPOINT`. Needs the extra `telemetry`. Takes effect at the next "
        "start.",
        json_schema_extra={USER_ONLY: True},
    )
    content: bool = Field(
        default=False,
        description="Whether the spans have prompts and answers too. Takes effect at the next "
        "start.",
        json_schema_extra={USER_ONLY: True},
    )

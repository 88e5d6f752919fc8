"""What the server says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.redaction import Redactor
from antiphon.engine.status.health import Health

if TYPE_CHECKING:
    from support.engine.harness import EngineHarness


async def test_the_uptime_counts_from_the_start_in_milliseconds(harness: EngineHarness) -> None:
    times = iter([100.0, 102.5])
    health = Health("1.0", harness.history, harness.providers, Redactor(), lambda: next(times))
    report = health.report([])
    assert (report.uptime_ms, report.version, report.problems) == (2_500, "1.0", None)

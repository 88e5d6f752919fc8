"""Logs how runs and answers end, in figures."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.model.commands.runs import RunResult

_log = logging.getLogger(__name__)


def log_summary(result: RunResult, panes: Sequence[LivePane]) -> None:
    """Logs how a run ended, how long it took and how many answers came."""
    if _log.isEnabledFor(logging.INFO):
        complete = sum(each.status == "complete" for each in result.results)
        took = max((each.latency.total_ms or 0 for each in result.results), default=0)
        unsaved = sum(not live.kept for live in panes)
        figures = {"status": result.status, "complete": complete, "totalMs": took}
        words = f"{result.status}, {complete} of {len(panes)} answers complete after {took} ms"
        words += f", {unsaved} not in the history" if unsaved else ""
        _log.info("a run ended: %s", words, extra={"figures": figures})


def log_end(live: LivePane) -> None:
    """Logs the end of an answer, failures as warnings."""
    answer = live.result
    if answer is None:
        return
    failure = answer.error
    level = logging.INFO if failure is None else logging.WARNING
    if not _log.isEnabledFor(level):
        return
    figures: dict[str, Any] = {"model": live.plan.pane.model, "status": answer.status}
    if failure is not None:
        figures["failure"] = failure.kind
        figures["httpStatus"] = failure.http_status
    if answer.usage is not None:
        figures["inputTokens"] = answer.usage.input_tokens
        figures["outputTokens"] = answer.usage.output_tokens
    if answer.latency is not None:
        figures["firstTokenMs"] = answer.latency.ttft_ms
        figures["totalMs"] = answer.latency.total_ms
    figures = {name: value for name, value in figures.items() if value is not None}
    words = ", ".join(f"{name} {value}" for name, value in figures.items())
    _log.log(level, "an answer ended: %s", words, extra={"figures": figures})

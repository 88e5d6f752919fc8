"""Logs how a run begins and ends, in figures."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.planning.plan import RunPlan
    from antiphon.model.commands.runs import RunResult

_log = logging.getLogger(__name__)


def log_begin(plan: RunPlan) -> None:
    """Logs the models of a run that begins."""
    if _log.isEnabledFor(logging.INFO):
        models = ", ".join(each.pane.model for each in plan.panes[:8])
        more = f" and {len(plan.panes) - 8} more" if len(plan.panes) > 8 else ""
        figures = {"panes": len(plan.panes)}
        extra = {"figures": figures}
        _log.info("a run begins: %d panes, %s%s", figures["panes"], models, more, extra=extra)


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

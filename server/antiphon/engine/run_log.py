"""What the log says of a run: how each answer ended and how long it took, and nothing it said."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from antiphon.engine.live import LivePane

_LOG: Final = logging.getLogger(__name__)


def log_end(live: LivePane) -> None:
    """Logs the end of a pane's answer: a failure as a warning, everything else as information."""
    answer = live.result
    if answer is None:
        return
    failure = answer.error
    level = logging.INFO if failure is None else logging.WARNING
    if not _LOG.isEnabledFor(level):
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
    _LOG.log(level, "an answer ended: %s", words, extra={"figures": figures})

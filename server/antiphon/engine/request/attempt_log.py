"""Logs one request to a provider: that it was sent, and what came back.

A provider's own words may quote the prompt, so a failure is logged by its kind and status, and a
finish reason only if it looks like one.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.pane.answer_meter import milliseconds

if TYPE_CHECKING:
    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Finished
    from antiphon.model.failure import Failure

_log = logging.getLogger(__name__)
_REASON: Final = re.compile(r"[A-Za-z_.-]{1,40}")


def log_sent(live: LivePane, request: ChatRequest) -> None:
    """Logs a request that is sent: its size, and how long it waited."""
    if _log.isEnabledFor(logging.DEBUG):
        _log.debug(
            "the request is sent to %s: %d turns, about %d tokens, params %s, waited %d ms in all",
            live.plan.pane.model,
            len(request.turns),
            live.plan.input_tokens,
            " ".join(sorted(request.params)) or "none",
            milliseconds(live.watch.queued_s),
        )


def log_answered(live: LivePane, finished: Finished, size_bytes: int) -> None:
    """Logs a stream that reached its end."""
    if _log.isEnabledFor(logging.DEBUG):
        word = finished.reason if _REASON.fullmatch(finished.reason) else "(not a plain word)"
        figures = {"finishReason": word, "outcome": finished.outcome, **_figures(live, size_bytes)}
        _report("the provider finished", figures)


def log_failed(live: LivePane, failure: Failure, size_bytes: int) -> None:
    """Logs a request that failed, before or after its first text."""
    if _log.isEnabledFor(logging.DEBUG):
        figures = {"failure": failure.kind, "httpStatus": failure.http_status}
        figures["retryAfterMs"] = failure.retry_after_ms
        _report("the request failed", figures | _figures(live, size_bytes))


def log_stopped(live: LivePane, why: str, size_bytes: int) -> None:
    """Logs a request that was stopped by this server or its client."""
    if _log.isEnabledFor(logging.DEBUG):
        _report("the request is stopped", {"reason": why, **_figures(live, size_bytes)})


def _figures(live: LivePane, size_bytes: int) -> dict[str, Any]:
    return {"bytes": size_bytes, "ms": live.watch.since_sent_ms()}


def _report(what: str, figures: dict[str, Any]) -> None:
    known = {name: value for name, value in figures.items() if value is not None}
    words = ", ".join(f"{name} {value}" for name, value in known.items())
    _log.debug("%s: %s", what, words, extra={"figures": known})

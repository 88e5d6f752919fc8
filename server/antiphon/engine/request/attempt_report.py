"""Reports one answer's requests to the log and to the observer: sent, answered, failed, stopped.

A provider's own words may quote the prompt, so a failure is logged by its kind and status, and a
finish reason only if it looks like one.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.pane.answer_meter import milliseconds
from antiphon.engine.ports.observer import EndedRequest, SentRequest
from antiphon.model.values.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Finished
    from antiphon.engine.ports.observer import RequestObserver, RunObserver
    from antiphon.model.conversation.message import Status
    from antiphon.model.failure import Failure

_log = logging.getLogger(__name__)
_REASON: Final = re.compile(r"[A-Za-z_.-]{1,40}")


class AttemptReport:
    """Tells the log and `observer` what becomes of the requests for one answer.

    `clean` removes keys from a text.
    """

    def __init__(self, live: LivePane, observer: RunObserver, clean: Callable[[str], str]) -> None:
        self._live = live
        self._observer = observer
        self._clean = clean
        self._number = 0
        self._after: str | None = None
        self._request: RequestObserver | None = None

    def sent(self, request: ChatRequest) -> None:
        """Reports a request that is sent: its size, and how long it waited."""
        live = self._live
        self._number += 1
        self._request = self._observer.request_sent(
            SentRequest(
                live.plan.provider,
                self._clean(request.model),
                self._number,
                self._after,
                request,
                self._clean,
            )
        )
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug(
                "the request is sent to %s: %d turns, about %d tokens, params %s, "
                "waited %d ms in all",
                live.plan.pane.model,
                len(request.turns),
                live.plan.input_tokens,
                " ".join(sorted(request.params)) or "none",
                milliseconds(live.watch.queued_s),
            )

    def answered(self, finished: Finished, size_bytes: int) -> None:
        """Reports a stream that reached its end, when the answer has its result."""
        result = self._live.result
        if result is not None:
            self._end(None, result.usage, reason=finished.reason, text=result.content)
        if _log.isEnabledFor(logging.DEBUG):
            word = finished.reason if _REASON.fullmatch(finished.reason) else "(not a plain word)"
            figures = {"finishReason": word, "outcome": finished.outcome}
            _report("the provider finished", figures | self._figures(size_bytes))

    def failed(self, failure: Failure, size_bytes: int) -> None:
        """Reports a request that failed, before or after its first text."""
        status: Status = "interrupted" if self._live.length else "failed"
        usage = self._live.usage_meter.final(status, by_provider=False)
        self._end(failure.kind, usage, http_status=failure.http_status)
        if _log.isEnabledFor(logging.DEBUG):
            figures = {"failure": failure.kind, "httpStatus": failure.http_status}
            figures["retryAfterMs"] = failure.retry_after_ms
            _report("the request failed", figures | self._figures(size_bytes))

    def stopped(self, why: str, size_bytes: int) -> None:
        """Reports a request that was stopped by this server or its client."""
        self._end(why, self._live.usage_meter.final("cancelled", by_provider=False))
        if _log.isEnabledFor(logging.DEBUG):
            _report("the request is stopped", {"reason": why, **self._figures(size_bytes)})

    def _end(
        self,
        failure: str | None,
        usage: Usage | None,
        *,
        http_status: int | None = None,
        reason: str | None = None,
        text: str | None = None,
    ) -> None:
        request, self._request, self._after = self._request, None, failure
        if request is None:
            return
        request.ended(
            EndedRequest(
                failure=failure,
                http_status=http_status,
                finish_reason=reason,
                is_accepted=self._live.usage_meter.accepted,
                first_text_s=self._live.watch.first_text_s(),
                usage=usage or Usage(),
                answered_by=self._live.answered_by,
                text=text,
            )
        )

    def _figures(self, size_bytes: int) -> dict[str, Any]:
        return {"bytes": size_bytes, "ms": self._live.watch.since_sent_ms()}


def _report(what: str, figures: dict[str, Any]) -> None:
    known = {name: value for name, value in figures.items() if value is not None}
    words = ", ".join(f"{name} {value}" for name, value in known.items())
    _log.debug("%s: %s", what, words, extra={"figures": known})

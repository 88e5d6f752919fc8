"""Makes a span of each run and each request, as the engine's observer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

from antiphon.telemetry import attributes

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.trace import Span, Tracer

    from antiphon.engine.ports.observer import EndedRequest, SentRequest
    from antiphon.model.conversation.message import Message


_NO_ERRORS: Final = frozenset({None, "cancelled", "budget"})
"""What ends a request as the user wants it."""


class Tracing:
    """The spans of one server's runs, with prompts and answers if `content` is set."""

    def __init__(self, tracer: Tracer, *, content: bool = False) -> None:
        self._tracer = tracer
        self._content = content

    def run_began(self, run_id: str, session_id: str, panes: int) -> _TracedRun:
        """Begins the span of a run."""
        described: dict[str, str | int] = {
            attributes.RUN_ID: run_id,
            attributes.CONVERSATION: session_id,
            attributes.PANES: panes,
        }
        # A client's trace does not reach the server, so each run is a trace of its own.
        span = self._tracer.start_span("antiphon.run", attributes=described)
        return _TracedRun(self._tracer, span, session_id, content=self._content)


class _TracedRun:
    def __init__(self, tracer: Tracer, span: Span, session_id: str, *, content: bool) -> None:
        self._tracer = tracer
        self._span = span
        self._session_id = session_id
        self._content = content

    def request_sent(self, sent: SentRequest) -> _TracedRequest:
        span = self._tracer.start_span(
            f"chat {sent.model}",
            context=set_span_in_context(self._span),
            kind=SpanKind.CLIENT,
            attributes=attributes.describe_request(sent, self._session_id, content=self._content),
        )
        return _TracedRequest(span, sent.clean, content=self._content)

    def answer_ended(self, provider: str, model: str, answer: Message) -> None:
        """Does nothing: the spans of its requests say how an answer ended."""

    def ended(self, status: str) -> None:
        self._span.set_attribute(attributes.STATUS, status)
        if status in {"failed", "interrupted"}:
            self._span.set_attribute(attributes.ERROR_TYPE, status)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()


class _TracedRequest:
    def __init__(self, span: Span, clean: Callable[[str], str], *, content: bool) -> None:
        self._span = span
        self._clean = clean
        self._content = content

    def ended(self, end: EndedRequest) -> None:
        found = attributes.describe_end(end, self._clean, content=self._content)
        self._span.set_attributes(found)
        if end.failure not in _NO_ERRORS:
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()

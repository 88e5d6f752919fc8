"""Counts runs, answers, requests and tokens, as the engine's observer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.metrics import definitions
from antiphon.metrics.model_labels import ModelLabels
from antiphon.metrics.registration import counter, gauge, histogram

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from antiphon.engine.ports.observer import EndedRequest, SentRequest
    from antiphon.model.conversation.message import Message
    from antiphon.model.values.usage import Usage


class RunMetrics:
    """The figures of all runs of a server."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.labels = ModelLabels()
        self.runs = counter(definitions.RUNS, registry)
        self.answers = counter(definitions.ANSWERS, registry)
        self.requests = counter(definitions.REQUESTS, registry)
        self.retries = counter(definitions.RETRIES, registry)
        self.tokens = counter(definitions.TOKENS, registry)
        self.streams = gauge(definitions.STREAMS, registry)
        self.first_text = histogram(definitions.FIRST_TEXT, registry)
        self.answer_time = histogram(definitions.ANSWER_TIME, registry)

    def run_began(self, run_id: str, session_id: str, panes: int) -> _CountedRun:
        """Returns what counts one run. Ids are in no figure."""
        del run_id, session_id, panes
        return _CountedRun(self)


class _CountedRun:
    def __init__(self, metrics: RunMetrics) -> None:
        self._metrics = metrics

    def request_sent(self, sent: SentRequest) -> _CountedRequest:
        provider = self._metrics.labels.provider(sent.provider)
        if sent.number > 1:
            self._metrics.retries.labels(provider, sent.after or "unknown").inc()
        self._metrics.streams.labels(provider).inc()
        return _CountedRequest(self._metrics, provider, sent.model)

    def answer_ended(self, provider: str, model: str, answer: Message) -> None:
        metrics = self._metrics
        name = metrics.labels.known_provider(provider)
        labels = (name, metrics.labels.model(name, model))
        metrics.answers.labels(*labels, answer.status).inc()
        if answer.latency is not None:
            metrics.answer_time.labels(*labels).observe(answer.latency.total_ms / 1000)

    def ended(self, status: str) -> None:
        self._metrics.runs.labels(status).inc()


class _CountedRequest:
    def __init__(self, metrics: RunMetrics, provider: str, model: str) -> None:
        self._metrics = metrics
        self._provider = provider
        self._model = model

    def ended(self, end: EndedRequest) -> None:
        metrics, provider = self._metrics, self._provider
        metrics.streams.labels(provider).dec()
        if end.is_accepted:
            metrics.labels.accept(provider, self._model)
        model = metrics.labels.model(provider, self._model)
        metrics.requests.labels(provider, model, end.failure or "answered").inc()
        if end.first_text_s is not None:
            metrics.first_text.labels(provider, model).observe(end.first_text_s)
        for direction, tokens in _by_direction(end.usage):
            if tokens:
                metrics.tokens.labels(provider, model, direction).inc(tokens)


def _by_direction(usage: Usage) -> tuple[tuple[str, int], ...]:
    return (
        ("input", usage.input_tokens),
        ("cached_input", usage.cached_input_tokens),
        ("output", usage.output_tokens),
        ("reasoning", usage.reasoning_tokens),
    )

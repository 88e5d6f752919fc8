"""What one answer takes while it runs: tokens and time.

Tokens are the provider's count if there is one, else our estimate. Latency follows from the points
in time of the answer.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from antiphon.engine.planning.tokens import TokenEstimate, at_least
from antiphon.model.values.usage import Latency, Usage

if TYPE_CHECKING:
    from collections.abc import Generator

    from antiphon.engine.ports import Clock
    from antiphon.model.conversation.message import Status

_FINISHED: Final = frozenset({"complete", "truncated", "filtered"})

_SHORTEST_S: Final = 0.001
"""A burst within less than this says nothing about speed."""


class Stopwatch:
    """Runs from the moment it is made; seconds of `clock`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.started = clock()
        self.queued_s = 0.0
        self.sent: float | None = None
        self.first: float | None = None
        """When the first text arrived."""
        self.last: float | None = None
        """When the last text arrived."""

    @contextmanager
    def queueing(self) -> Generator[None]:
        """What lasts as long as the context is waiting of ours, also where it is stopped."""
        since = self._clock()
        try:
            yield
        finally:
            self.queued_s += self._clock() - since

    def begin_attempt(self) -> None:
        """The request goes out."""
        self.sent = self._clock()

    def since_sent_ms(self) -> int | None:
        """Returns the milliseconds since the last request left, or `None` before the first."""
        return None if self.sent is None else milliseconds(self._clock() - self.sent)

    def latency(self, output_tokens: int) -> Latency:
        """The figures so far."""
        spread = (self.last or 0.0) - (self.first or 0.0)
        return Latency(
            queued_ms=milliseconds(self.queued_s),
            ttft_ms=None
            if self.first is None or self.sent is None
            else milliseconds(self.first - self.sent),
            total_ms=milliseconds(self._clock() - self.started),
            tokens_per_second=round(output_tokens / spread, 1) if spread >= _SHORTEST_S else None,
        )


def milliseconds(seconds: float) -> int:
    """Seconds as whole milliseconds, never below zero."""
    return max(0, round(seconds * 1000))


class TokenUsageMeter:
    """Counts the tokens of one answer while it streams.

    Text is only noted when it arrives, and counted if somebody asks for the figures.
    """

    __slots__ = (
        "_input_tokens",
        "_reasoning",
        "_text",
        "_uncounted",
        "accepted",
        "reported",
        "text",
    )

    def __init__(self, input_tokens: int) -> None:
        self._input_tokens = input_tokens
        self._uncounted: list[str] = []
        self.text = self._uncounted.append
        """Notes text of the answer."""
        self._text = TokenEstimate()
        self._reasoning = TokenEstimate()
        self.reported: Usage | None = None
        """The provider's own figures of the present request."""
        self.accepted = False
        """The provider has begun to answer the present request: its prompt has been read."""

    def begin_request(self) -> None:
        """Another request is sent: what the one before it took is told of apart."""
        self.reported = None
        self.accepted = False

    def report(self, usage: Usage) -> None:
        """Takes the provider's figures, unless they are zero: every prompt has tokens.

        Some gateways send zeros at the end, after the real figures or in place of them.
        """
        before = self.reported
        if not (_input(usage) or _output(usage)):
            return
        if before is not None and _output(before) and not _output(usage):
            return
        self.reported = usage

    def reasoning(self, text: str) -> None:
        """Counts thinking in."""
        self._reasoning.add(text)

    def thinking(self) -> tuple[int, bool]:
        """The tokens of thinking, and whether they are estimated."""
        if self.reported is not None and self.reported.reasoning_tokens:
            return self.reported.reasoning_tokens, False
        return self.thought, True

    @property
    def thought(self) -> int:
        """The estimated tokens of thinking."""
        return self._reasoning.tokens

    @property
    def written(self) -> int:
        """The estimated tokens of everything that the model wrote."""
        return self._written_text() + self._reasoning.tokens

    def current(self) -> Usage:
        """The provider's figures, or ours until it gives them; nothing where nothing was read."""
        ours = self._ours()
        if self.reported is not None:
            return at_least(self._plausible(self.reported), ours)
        return ours if self.written else Usage()

    def final(self, status: Status, *, by_provider: bool) -> Usage:
        """The figures of an answer that ended; `by_provider` says that the provider ended it.

        A provider that ended an answer has had the last word on it. A prompt that was accepted is
        paid for, also where the answer was stopped before its first word.
        """
        if self.reported is not None and by_provider and status in _FINISHED:
            return self._plausible(self.reported)
        if self.reported is None and self.accepted and status != "failed":
            return self._ours()
        return self.current()

    def _plausible(self, reported: Usage) -> Usage:
        """The provider's figures, with ours in place of a zero that cannot be."""
        if self.written and not _output(reported):
            reported = at_least(reported, self._ours())
        if not _input(reported):
            figures = {"input_tokens": self._input_tokens, "source": "estimated"}
            reported = reported.model_copy(update=figures)
        return reported

    def _ours(self) -> Usage:
        return Usage(
            input_tokens=self._input_tokens,
            output_tokens=self._written_text(),
            reasoning_tokens=self._reasoning.tokens,
        )

    def _written_text(self) -> int:
        if self._uncounted:
            self._text.add("".join(self._uncounted))
            self._uncounted.clear()
        return self._text.tokens


def _input(usage: Usage) -> int:
    return usage.input_tokens + usage.cached_input_tokens


def _output(usage: Usage) -> int:
    return usage.output_tokens + usage.reasoning_tokens

"""Measures one answer while it runs: tokens and time.

Tokens are the provider's count if there is one, else our estimate. Latency follows from the points
in time of the answer.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from antiphon.engine.planning.tokens import TokenEstimate, at_least
from antiphon.model.values.usage import Latency, Usage

if TYPE_CHECKING:
    from collections.abc import Generator

    from antiphon.engine.ports import Clock
    from antiphon.model.conversation.message import Status

_FINISHED: Final = frozenset({"complete", "truncated", "filtered"})

_SHORTEST_S: Final = 0.001
"""A shorter burst gives no meaningful speed."""


class Stopwatch(Struct, eq=False):
    """Measures the times of one answer, in seconds of `clock`."""

    clock: Clock
    started: float
    queued_s: float = 0.0
    sent: float | None = None
    first: float | None = None
    """When the first text arrived."""
    last: float | None = None
    """When the last text arrived."""

    @contextmanager
    def queueing(self) -> Generator[None]:
        """Counts the time inside the block as queueing, even if it is cancelled."""
        since = self.clock()
        try:
            yield
        finally:
            self.queued_s += self.clock() - since

    def begin_attempt(self) -> None:
        """Notes that a request is sent."""
        self.sent = self.clock()

    def since_sent_ms(self) -> int | None:
        """Returns the milliseconds since the last request left, or `None` before the first."""
        return None if self.sent is None else milliseconds(self.clock() - self.sent)

    def first_text_s(self) -> float | None:
        """Returns the seconds from the last request to the first text, if both have come."""
        return None if self.first is None or self.sent is None else self.first - self.sent

    def latency(self, output_tokens: int) -> Latency:
        """Returns the times so far."""
        spread = (self.last or 0.0) - (self.first or 0.0)
        first_s = self.first_text_s()
        return Latency(
            queued_ms=milliseconds(self.queued_s),
            ttft_ms=None if first_s is None else milliseconds(first_s),
            total_ms=milliseconds(self.clock() - self.started),
            tokens_per_second=round(output_tokens / spread, 1) if spread >= _SHORTEST_S else None,
        )


def milliseconds(seconds: float) -> int:
    """Converts seconds to whole milliseconds, never below zero."""
    return max(0, round(seconds * 1000))


class TokenUsageMeter(Struct, eq=False):
    """Counts the tokens of one answer while it streams.

    Text is only collected when it arrives, and counted when the figures are needed.
    """

    input_tokens: int
    parts: list[str]
    """The pieces of the answer, which its pane collects."""
    counted: int = 0
    """How many of them are in the estimate."""
    text: TokenEstimate = field(default_factory=TokenEstimate)
    reasoning: TokenEstimate = field(default_factory=TokenEstimate)
    reported: Usage | None = None
    """The provider's own figures of the present request."""
    accepted: bool = False
    """The provider has begun to answer the present request: its prompt has been read."""

    def begin_request(self) -> None:
        """Resets the figures of the previous request, whose usage is recorded separately."""
        self.reported = None
        self.accepted = False

    def report(self, usage: Usage) -> None:
        """Records the provider's figures, unless they are zero: every prompt has tokens.

        Some gateways send zeros at the end, after the real figures or in place of them.
        """
        before = self.reported
        if not (_input(usage) or _output(usage)):
            return
        if before is not None and _output(before) and not _output(usage):
            return
        self.reported = usage

    def reasoning_tokens(self) -> tuple[int, bool]:
        """Returns the tokens of reasoning, and whether they are estimated."""
        if self.reported is not None and self.reported.reasoning_tokens:
            return self.reported.reasoning_tokens, False
        return self.estimated_reasoning_tokens, True

    @property
    def estimated_reasoning_tokens(self) -> int:
        """The estimated tokens of reasoning."""
        return self.reasoning.tokens

    @property
    def written(self) -> int:
        """The estimated tokens of everything that the model wrote."""
        return self._written_text() + self.reasoning.tokens

    def current(self) -> Usage:
        """Returns the provider's figures, or our estimate, or nothing before any text."""
        ours = self._ours()
        if self.reported is not None:
            return at_least(self._plausible(self.reported), ours)
        return ours if self.written else Usage()

    def final(self, status: Status, *, by_provider: bool) -> Usage:
        """Returns the figures of an answer that ended.

        If the answer ended `by_provider`, the provider's figures are final. A prompt that was
        accepted is paid for, even if the answer was stopped before its first word.
        """
        if self.reported is not None and by_provider and status in _FINISHED:
            return self._plausible(self.reported)
        if self.reported is None and self.accepted and status != "failed":
            return self._ours()
        return self.current()

    def _plausible(self, reported: Usage) -> Usage:
        """Returns the provider's figures, with our estimate in place of impossible zeros."""
        if self.written and not _output(reported):
            reported = at_least(reported, self._ours())
        if not _input(reported):
            figures = {"input_tokens": self.input_tokens, "source": "estimated"}
            reported = reported.model_copy(update=figures)
        return reported

    def _ours(self) -> Usage:
        return Usage(
            input_tokens=self.input_tokens,
            output_tokens=self._written_text(),
            reasoning_tokens=self.reasoning.tokens,
        )

    def _written_text(self) -> int:
        if self.counted < len(self.parts):
            self.text.add("".join(self.parts[self.counted :]))
            self.counted = len(self.parts)
        return self.text.tokens


def _input(usage: Usage) -> int:
    return usage.input_tokens + usage.cached_input_tokens


def _output(usage: Usage) -> int:
    return usage.output_tokens + usage.reasoning_tokens

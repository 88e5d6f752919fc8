"""Finds whether an answer is over, by its finish reasons and by later text.


Not every provider's finish reason comes last: some send one before the first text, some with every
chunk. So one that is followed by text no longer counts, until there is another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure

if TYPE_CHECKING:
    from antiphon.providers.answers.finish_reasons import End

LATE_TEXT: Final = "the provider sent text after its finish reason"
NOT_CONFIRMED: Final = (
    "The provider sent text after its finish reason, and then broke off without another."
)
_PATIENCE_AFTER_LATE_TEXT: Final = 5
"""How many times longer the wait is if a finish reason was not the last word before."""


class Ending:
    """Follows one stream's texts and finish reasons, in the order of their arrival."""

    __slots__ = ("has_text", "last", "late", "renewals", "since")

    def __init__(self) -> None:
        self.last: End | None = None
        """The last finish reason."""
        self.has_text = False
        """Text of the answer has arrived, not only reasoning."""
        self.since = False
        """Text or reasoning has arrived after that."""
        self.late = False
        """Text or reasoning has arrived after any finish reason of this stream."""
        self.renewals = 0
        """How often text or reasoning arrived after a finish reason."""

    @property
    def over(self) -> bool:
        """Whether the answer has ended: only usage may follow.

        A good finish reason before any text ends nothing, unless it gives a reason for the
        missing text.
        """
        last = self.last
        if last is None or self.since:
            return False
        return self.has_text or last.meaning.outcome != "complete" or last.meaning.tool

    @property
    def failed(self) -> bool:
        """Whether the answer has ended with a finish reason of failure."""
        return self.over and self.last is not None and self.last.failed

    def add(self, *, thinking: bool) -> None:
        """Notes that text or reasoning has arrived."""
        self.has_text = self.has_text or not thinking
        if self.last is not None:
            self.since = self.late = True
            self.renewals += 1

    def apply(self, end: End) -> bool:
        """Applies a finish reason and returns whether it counts.

        The first does. A later one does if text arrived after the one before.
        """
        if self.over and not self.late:
            return False
        self.last, self.since = end, False
        return True

    def wait_s(self, seconds: float) -> float:
        """Returns how long to wait after the end: `seconds`, or longer after late text."""
        return seconds * _PATIENCE_AFTER_LATE_TEXT if self.late else seconds


def not_confirmed(provider: str) -> ProviderError:
    """Returns the error of a stream whose only finish reason came before its text."""
    return ProviderError(Failure.of("malformed_stream", NOT_CONFIRMED, provider=provider))

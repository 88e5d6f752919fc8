"""Whether an answer is over, by its finish reasons and by the text that came since.

A finish reason is not the last word of every provider: some send one before the first text, some
with every chunk. So one that is followed by text no longer holds, until there is another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure

if TYPE_CHECKING:
    from antiphon.providers.answers.finish_reasons import End

LATE_TEXT: Final = "the provider sent text after it had said that the answer was over"
NOT_CONFIRMED: Final = (
    "The provider sent text after its finish reason, and then broke off without another."
)
_PATIENCE_AFTER_LATE_TEXT: Final = 5
"""How many times longer the wait is if a finish reason was not the last word before."""


class Ending:
    """Follows one stream: its texts and its finish reasons, in the order in which they come."""

    __slots__ = ("has_text", "late", "renewals", "said", "since")

    def __init__(self) -> None:
        self.said: End | None = None
        """The last finish reason."""
        self.has_text = False
        """Text of the answer came; thinking is none."""
        self.since = False
        """Text or thinking came after that."""
        self.late = False
        """The same, of any finish reason of this stream."""
        self.renewals = 0
        """How often text or thinking came after one."""

    @property
    def over(self) -> bool:
        """Whether the answer has ended: only usage may follow.

        A good word before any text ends nothing, unless it says why there is none.
        """
        said = self.said
        if said is None or self.since:
            return False
        return self.has_text or said.meaning.outcome != "complete" or said.meaning.tool

    @property
    def failed(self) -> bool:
        """Whether it has ended with a word of failure."""
        return self.over and self.said is not None and self.said.failed

    def add(self, *, thinking: bool) -> None:
        """Text or thinking came."""
        self.has_text = self.has_text or not thinking
        if self.said is not None:
            self.since = self.late = True
            self.renewals += 1

    def take(self, end: End) -> bool:
        """A finish reason came; whether it counts. The first does, unless text came since."""
        if self.over and not self.late:
            return False
        self.said, self.since = end, False
        return True

    def patience(self, seconds: float) -> float:
        """How long to wait for what follows the end, if that is `seconds` in an orderly stream."""
        return seconds * _PATIENCE_AFTER_LATE_TEXT if self.late else seconds


def not_confirmed(provider: str) -> ProviderError:
    """The failure of a stream whose only finish reason came before its text."""
    return ProviderError(Failure.of("malformed_stream", NOT_CONFIRMED, provider=provider))

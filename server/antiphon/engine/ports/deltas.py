"""What a provider's stream is made of.

A stream is `Connected`, then any number of the others, then the end of the iterator. An adapter
joins all the text that one network read brought into one `Text`: the cost of a delta is paid per
read, not per token. A failure is raised as `ProviderError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from antiphon.model.failure import Failure
    from antiphon.model.values.usage import Usage

ANSWER_LIMIT: Final = "answer_limit"
"""The reason of an answer that we ended ourselves, since it grew too long."""

ASKED_FOR_TOOL: Final = "the model asked for a tool; Antiphon runs none, so nothing came of it"
"""The note on an answer in which the model calls a function."""


class Connected(Struct, frozen=True):
    """Headers have arrived and promise a stream: a wait for its first text is not repeated now."""


class Text(Struct, frozen=True):
    """Text of the answer."""

    text: str


class Reasoning(Struct, frozen=True):
    """Text that the model marks as its thinking; not part of the answer."""

    text: str


class UsageReport(Struct, frozen=True):
    """Usage by the provider's own count; a later one replaces an earlier one."""

    usage: Usage


class Finished(Struct, frozen=True):
    """The provider said that the answer is over, and why; without this no answer is complete."""

    reason: str
    """The provider's own word, verbatim."""
    outcome: Literal["complete", "truncated", "filtered"]


class Note(Struct, frozen=True):
    """Something odd about the stream that the person should know."""

    note: str


class RateLimitRemaining(Struct, frozen=True):
    """What the provider's headers say may still be asked of the model, and when that ends."""

    of: Literal["requests", "tokens"]
    remaining: int
    reset_s: float


class Resent(Struct, frozen=True):
    """The request was refused for its form, and has been sent once more in another one."""


Delta = Connected | Text | Reasoning | UsageReport | Finished | Note | RateLimitRemaining | Resent


class ProviderError(Exception):
    """The provider's stream failed, before or in the middle of its text.

    `wait_hint` carries what the retry policy must know beyond the kind: `tokens` where a rate
    limit is one of tokens a minute, `never` where asking again cannot help.
    """

    def __init__(
        self, failure: Failure, *, wait_hint: Literal["tokens", "never"] | None = None
    ) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.wait_hint = wait_hint

"""Defines the pieces of a provider's stream.

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
    """Headers have arrived, so a timeout of the first text is not retried now."""


class Text(Struct, frozen=True):
    """Text of the answer."""

    text: str


class Reasoning(Struct, frozen=True):
    """Text that the model marks as its reasoning, which is not part of the answer."""

    text: str


class UsageReport(Struct, frozen=True):
    """Usage by the provider's own count, which replaces an earlier report."""

    usage: Usage


class Finished(Struct, frozen=True):
    """The provider ended the answer, which is incomplete without this."""

    reason: str
    """The provider's own word, verbatim."""
    outcome: Literal["complete", "truncated", "filtered"]


class Note(Struct, frozen=True):
    """Something unusual about the stream that the user should know."""

    note: str


class RateLimitRemaining(Struct, frozen=True):
    """The requests or tokens that the model still allows, by the provider's headers."""

    of: Literal["requests", "tokens"]
    remaining: int
    reset_s: float


class Resent(Struct, frozen=True):
    """The request was refused for its form, and has been sent again in another."""


class AnsweredBy(Struct, frozen=True):
    """The vendor says that another model answers than was asked: what an alias leads to."""

    model: str


Delta = (
    Connected
    | Text
    | Reasoning
    | UsageReport
    | Finished
    | Note
    | RateLimitRemaining
    | Resent
    | AnsweredBy
)


class ProviderError(Exception):
    """The provider's stream failed, before or after its first text.

    `wait_hint` has what the retry policy must know beyond the kind: `tokens` if a rate limit counts
    tokens a minute, `never` if a retry cannot succeed.
    """

    def __init__(
        self, failure: Failure, *, wait_hint: Literal["tokens", "never"] | None = None
    ) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.wait_hint = wait_hint

"""Defines failures as values with a kind.

Every kind has a stable name that clients switch on, a sentence for the user and a hint with what to
do next. The kinds, by who has to act:

    the caller      invalid_params · not_found · conflict · unsupported · budget · secrets
    the key         authentication · permission · quota
    the request     model_not_found · bad_request · context_length · content_filter
    the provider    rate_limited · overloaded · server_error · malformed_stream · interrupted
    the way there   network · timeout_connect · timeout_first_token · timeout_idle · timeout_total
    ourselves       storage · internal · replay_miss
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from antiphon.model.wire import Absent, Wire

if TYPE_CHECKING:
    from collections.abc import Mapping

FailureKind = Literal[
    "invalid_params",
    "not_found",
    "authentication",
    "permission",
    "model_not_found",
    "bad_request",
    "context_length",
    "content_filter",
    "rate_limited",
    "quota",
    "overloaded",
    "server_error",
    "timeout_connect",
    "timeout_first_token",
    "timeout_idle",
    "timeout_total",
    "network",
    "malformed_stream",
    "interrupted",
    "budget",
    "secrets",
    "conflict",
    "unsupported",
    "storage",
    "internal",
    "replay_miss",
]

FAILURE_KINDS: Final[tuple[str, ...]] = get_args(FailureKind)

_TEXTS: Final[dict[FailureKind, tuple[str, str]]] = {
    "invalid_params": ("The request has a wrong shape.", "Correct the field that is named."),
    "not_found": ("It was not found.", "It may have been deleted: list what exists."),
    "authentication": ("The provider refused the key.", "Check the key and set it again."),
    "permission": (
        "The key may not use this model.",
        "Ask the provider for access, or choose another model.",
    ),
    "model_not_found": (
        "The provider does not know this model.",
        "Choose one of its models: `antiphon models` lists them.",
    ),
    "bad_request": (
        "The provider did not accept the request.",
        "See its message; change the prompt or the parameters.",
    ),
    "context_length": (
        "The conversation is longer than the model can read.",
        "Start a new pane, leave context out, or choose a model with a larger window.",
    ),
    "content_filter": (
        "The provider's filter stopped this request.",
        "Rephrase the prompt, or choose another model.",
    ),
    "rate_limited": (
        "The provider asks for fewer requests.",
        "Wait a moment, then regenerate this answer.",
    ),
    "quota": (
        "The account has no quota left with this provider.",
        "Check the plan and the billing details at the provider.",
    ),
    "overloaded": ("The provider is overloaded.", "Try again in a minute, or use another model."),
    "server_error": ("The provider had an error of its own.", "Try again; it often passes."),
    "timeout_connect": (
        "The provider did not accept a connection in time.",
        "Check the network and the base URL, or raise timeouts.connectMs.",
    ),
    "timeout_first_token": (
        "The provider sent no text in time.",
        "Try again, or raise timeouts.firstTokenMs for slow models.",
    ),
    "timeout_idle": (
        "The provider stopped sending text.",
        "What had arrived is kept. Regenerate, or raise timeouts.idleMs.",
    ),
    "timeout_total": (
        "The answer took longer than allowed.",
        "What had arrived is kept. Raise timeouts.totalMs for long answers.",
    ),
    "network": ("The provider could not be reached.", "Check the network and the base URL."),
    "malformed_stream": (
        "The provider's answer could not be read, or its end was never confirmed.",
        "What had arrived is kept. Regenerate to ask again.",
    ),
    "interrupted": (
        "The answer was cut off before its end.",
        "What had arrived is kept. Regenerate to ask again.",
    ),
    "budget": ("The budget does not allow this.", "Raise the budget, or send to fewer models."),
    "secrets": (
        "The text that would be sent holds what looks like a key.",
        "Remove it, or, to send it all the same, repeat the command with allowSecrets.",
    ),
    "conflict": ("It is busy or has changed meanwhile.", "Wait until it ends, or stop it first."),
    "unsupported": ("This cannot be done here.", "See the message for what can."),
    "storage": (
        "The history could not be read or written.",
        "Check the disk and the file's permissions; `antiphon doctor` names the file.",
    ),
    "replay_miss": (
        "The cassette has no answer to this request, so nothing was sent.",
        "The request differs from what was recorded: record it again.",
    ),
    "internal": (
        "Antiphon itself made an error.",
        "Please report it with the error's id from the log.",
    ),
}

RETRYABLE: Final[frozenset[str]] = frozenset(
    {
        "rate_limited",
        "overloaded",
        "server_error",
        "timeout_connect",
        "timeout_first_token",
        "timeout_idle",
        "timeout_total",
        "network",
        "malformed_stream",
        "interrupted",
    }
)
"""Kinds for which asking again by hand may help; `engine.request.retry` decides about retries."""


def message_for(kind: FailureKind) -> str:
    """Returns the sentence for the user about `kind`, if nothing more precise is known."""
    return _TEXTS[kind][0]


def hint_for(kind: FailureKind) -> str:
    """Returns the hint for `kind`: what to do next."""
    return _TEXTS[kind][1]


class Failure(Wire):
    """One failure: its kind, a sentence, a hint, and what the provider reported about it."""

    kind: FailureKind
    message: str
    hint: str
    retryable: bool
    provider: Absent[str] = None
    http_status: Absent[int] = None
    retry_after_ms: Absent[int] = None

    @classmethod
    def of(
        cls,
        kind: FailureKind,
        message: str | None = None,
        *,
        hint: str | None = None,
        provider: str | None = None,
        http_status: int | None = None,
        retry_after_ms: int | None = None,
    ) -> Failure:
        """Returns a failure of `kind`, by default with the kind's own sentence and hint."""
        return cls(
            kind=kind,
            message=message or message_for(kind),
            hint=hint or hint_for(kind),
            retryable=kind in RETRYABLE,
            provider=provider,
            http_status=http_status,
            retry_after_ms=retry_after_ms,
        )


class AntiphonError(Exception):
    """A whole command failed, with the `Failure` that the caller is sent.

    `field` is the JSON path (`$.models[0]`) of the invalid argument, for `invalid_params`.
    `details` is what a client needs beside the failure to ask the user, as JSON.
    """

    def __init__(
        self,
        failure: Failure,
        *,
        field: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.field = field
        self.details = dict(details or {})


def error(
    kind: FailureKind,
    message: str | None = None,
    *,
    hint: str | None = None,
    field: str | None = None,
) -> AntiphonError:
    """Returns the exception for a command that failed with `kind`."""
    return AntiphonError(Failure.of(kind, message, hint=hint), field=field)

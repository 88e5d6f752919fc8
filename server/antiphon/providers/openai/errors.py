"""What a provider says went wrong, as a failure of ours: by code, then by words, then by status.

The status table is the retry policy's; codes and words come first because gateways put one
vendor's error under another's status.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure, FailureKind, sentence_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.providers.answers.finish_reasons import End

MAX_MESSAGE: Final = 500

_CODES: Final[dict[str, FailureKind]] = {
    "authentication_error": "authentication",
    "billing_hard_limit_reached": "quota",
    "billing_not_active": "quota",
    "content_filter": "content_filter",
    "content_policy_violation": "content_filter",
    "context_length_exceeded": "context_length",
    "context_window_exceeded": "context_length",
    "credits_required": "quota",
    "enforced_spend_limit_reached": "quota",
    "exceed_context_size_error": "context_length",
    "insufficient_balance": "quota",
    "insufficient_quota": "quota",
    "internal_server_error": "server_error",
    "invalid_api_key": "authentication",
    "invalid_request_error": "bad_request",
    "model_decommissioned": "model_not_found",
    "model_not_found": "model_not_found",
    "notfounderror": "model_not_found",
    "overloaded": "overloaded",
    "overloaded_error": "overloaded",
    "permission_denied": "permission",
    "permission_error": "permission",
    "rate_limit_error": "rate_limited",
    "rate_limit_exceeded": "rate_limited",
    "request_too_large": "context_length",
    "responsible_ai_policy_violation": "content_filter",
    "responsibleaipolicyviolation": "content_filter",
    "server_error": "server_error",
    "string_above_max_length": "context_length",
    "unavailable_error": "overloaded",
}
_VAGUE: Final[frozenset[str]] = frozenset({"bad_request", "server_error"})
"""Kinds that vendors use for everything: words and status know better."""

_STATUSES: Final[dict[int, FailureKind]] = {
    401: "authentication",
    402: "quota",
    403: "permission",
    404: "model_not_found",
    408: "server_error",
    409: "server_error",
    429: "rate_limited",
    498: "overloaded",
    503: "overloaded",
    529: "overloaded",
}
_TOO_LONG: Final = re.compile(
    r"context[ _]?(?:length|window|size)|maximum context|prompt is too long|input is too long"
    r"|too many (?:input )?tokens|reduce the length|exceeds? the (?:model'?s? )?max\w* "
    r"(?:input|token)"
    r"|larger than the (?:model|context)",
    re.IGNORECASE,
)
_SPENT: Final = re.compile(
    r"insufficient (?:quota|balance|credit|fund)|spend(?:ing)? limit|out of credits"
    r"|payment required",
    re.IGNORECASE,
)
_NO_PATH: Final = re.compile(r"\b(?:url|uri|path|route|endpoint|page|file)\b", re.IGNORECASE)
_TOKENS: Final = re.compile(r"\btokens?[ _-]per[ _-](?:minute|min)\b|\bTPM\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """An error in the provider's own words, whatever the shape in which it came."""

    message: str = ""
    codes: tuple[str, ...] = ()
    """Its code and its type, lower case."""
    status: int | None = None
    """An HTTP status given inside the error."""
    by_dialect: bool = False
    """It came as the dialect's error object: who answers chat requests wrote it."""

    @property
    def about_model(self) -> bool:
        """Whether a 404 with these words is about a model, and not a path that leads nowhere."""
        words = " ".join((self.message, *self.codes))
        return "model" in words.lower() or (self.by_dialect and not _NO_PATH.search(words))


def parse_error_body(error: Any) -> ErrorBody:
    """What an error of any known shape says: a text, an object, or either inside others."""
    if isinstance(error, bytes):
        text = error.decode("utf-8", "replace")
        try:
            error = json.loads(text)
        except (ValueError, RecursionError):
            return ErrorBody(text)
    if isinstance(error, str):
        return ErrorBody(error)
    if isinstance(error, list):
        items = cast("list[Any]", error)
        return parse_error_body(items[0]) if items else ErrorBody()
    if not isinstance(error, dict):
        return ErrorBody()
    value = cast("dict[str, Any]", error)
    inner: Any = value.get("error") or value.get("detail") or value.get("errors")
    if inner and not isinstance(inner, str):
        return replace(parse_error_body(inner), by_dialect=isinstance(value.get("error"), dict))
    message: Any = value.get("message") or value.get("msg") or inner
    fields: list[Any] = [value.get(key) for key in ("code", "type", "status")]
    numbers = [number for number in map(_status, fields) if number]
    return ErrorBody(
        message if isinstance(message, str) else "",
        tuple(field.lower() for field in fields if isinstance(field, str)),
        numbers[0] if numbers else None,
    )


def _status(field: object) -> int | None:
    """An HTTP status of an error, given as a number or as its digits."""
    digits = str(field)
    if len(digits) == 3 and digits.isascii() and digits.isdigit() and digits[0] in "45":
        return int(digits)
    return None


def status_error(
    status: int,
    body: bytes,
    provider: str,
    scrub: Callable[[str], str],
    retry_after_ms: int | None = None,
) -> ProviderError:
    """The failure of an answer whose status is not 200."""
    said = ErrorBody() if body.lstrip()[:1] == b"<" else parse_error_body(body)
    kind = _kind_of(status, said)
    hint = None
    if status == 405 or (kind == "model_not_found" and not said.about_model):
        kind = "bad_request"
        hint = (
            f"Nothing answers to chat requests there: check providers.{provider}.baseUrl; "
            "it often ends in /v1."
        )
    return _problem(
        kind, said, provider, scrub, status=status, retry_after_ms=retry_after_ms, hint=hint
    )


def stream_error(
    error: Any, provider: str, scrub: Callable[[str], str], *, after_content: bool
) -> ProviderError:
    """The failure of an error inside a stream; after content the answer is `interrupted`."""
    said = parse_error_body(error)
    if not after_content:
        kind = _kind_of(said.status or 500, said)
        return _problem(kind, said, provider, scrub, status=said.status)
    code = said.codes[0] if said.codes else said.status
    words = f"{code}: {said.message}" if code and said.message else said.message or str(code or "")
    said = replace(said, message=words)
    return _problem("interrupted", said, provider, scrub, status=said.status)


def end_error(
    end: End, provider: str, scrub: Callable[[str], str], *, after_content: bool
) -> ProviderError:
    """The failure of an answer that its provider ended with a word of failure."""
    if not isinstance(end.cause, str):
        return stream_error(end.cause, provider, scrub, after_content=after_content)
    kind = "interrupted" if after_content else end.meaning.kind
    sentence = hint = None
    if kind == "interrupted" and not after_content:
        sentence = "The model failed before it had written anything."
        hint = "Regenerate to ask again, or choose another model."
    said = ErrorBody(end.cause)
    return _problem(kind, said, provider, scrub, status=None, hint=hint, sentence=sentence)


def quote_provider(text: str, scrub: Callable[[str], str]) -> str:
    """A provider's own words as one line of at most 500 characters, with no key in them."""
    line = " ".join(scrub(text[:8192]).split())
    line = "".join(letter for letter in line if letter.isprintable())
    return line if len(line) <= MAX_MESSAGE else f"{line[: MAX_MESSAGE - 1]}…"


def _kind_of(status: int, said: ErrorBody) -> FailureKind:
    if status == 413:
        too_long = "tokens" in said.codes or _TOO_LONG.search(" ".join((said.message, *said.codes)))
        return "context_length" if too_long else "bad_request"
    by_code: FailureKind | None = next(
        (_CODES[code] for code in said.codes if code in _CODES), None
    )
    if by_code is not None and by_code not in _VAGUE:
        return by_code
    if status in {400, 422, 500} and _TOO_LONG.search(said.message):
        return "context_length"
    if status in {400, 402, 403, 429} and _SPENT.search(said.message):
        return "quota"
    by_status = _STATUSES.get(status)
    if by_status is not None:
        return by_status
    return "server_error" if status >= 500 and by_code != "bad_request" else "bad_request"


def _problem(
    kind: FailureKind,
    said: ErrorBody,
    provider: str,
    scrub: Callable[[str], str],
    *,
    status: int | None,
    retry_after_ms: int | None = None,
    hint: str | None = None,
    sentence: str | None = None,
) -> ProviderError:
    words = quote_provider(said.message, scrub)
    sentence = sentence or sentence_of(kind)
    message = f"{sentence} {provider} said: {words}" if words else sentence
    failure = Failure.of(
        kind,
        message,
        hint=hint,
        provider=provider,
        http_status=status,
        retry_after_ms=retry_after_ms,
    )
    return ProviderError(failure, wait_hint=_wait_hint(kind, said))


def _wait_hint(kind: FailureKind, said: ErrorBody) -> Literal["tokens", "never"] | None:
    if kind == "quota":
        return "never"
    if kind == "rate_limited" and ("tokens" in said.codes or _TOKENS.search(said.message)):
        return "tokens"
    return None

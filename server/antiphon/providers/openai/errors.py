"""Classifies a provider's error by its code, then by its words, then by its status.

The table of statuses follows the retry policy. Codes and words come first because gateways put
one vendor's error under another's status.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec.structs import replace

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure, FailureKind, message_for
from antiphon.providers.http.error_body import (
    ErrorBody,
    has_error,
    normalize_name,
    parse_error_body,
)
from antiphon.providers.http.proxy import asks_for_login

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.providers.answers.finish_reasons import End

MAX_MESSAGE: Final = 500

_CODES: Final[dict[str, FailureKind]] = {
    "access_denied": "permission",
    "arrearage": "quota",
    "authentication_error": "authentication",
    "billing_hard_limit_reached": "quota",
    "billing_not_active": "quota",
    "content_filter": "content_filter",
    "content_policy_violation": "content_filter",
    "context_length_exceeded": "context_length",
    "context_window_exceeded": "context_length",
    "credits_required": "quota",
    "data_inspection_failed": "content_filter",
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
    "server_error": "server_error",
    "string_above_max_length": "context_length",
    "throttling": "rate_limited",
    "throttling_exception": "rate_limited",
    "too_many_requests": "rate_limited",
    "unauthenticated": "authentication",
    "unauthorized": "authentication",
    "unavailable_error": "overloaded",
}
_BY_CODE: Final[dict[str, FailureKind]] = {
    normalize_name(code): kind for code, kind in _CODES.items()
}
"""Vendors write the same code as `invalid_api_key` and as `InvalidApiKey`."""
_VAGUE: Final[frozenset[FailureKind]] = frozenset({"bad_request", "server_error"})
"""Kinds that vendors use for everything: words and status are more exact."""

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
    r"insufficient[ _](?:\w+ )?(?:quota|balance|credit|fund)|spend(?:ing)? limit|payment required"
    r"|out of (?:credits?|quota)|(?:quota|credits?|balance)\b[^.]{0,40}"
    r"(?:used up|exhausted|depleted|too low|ran out|run out)|in arrears"
    r"|no (?:quota|credits?|balance) left|余额不足|欠费",
    re.IGNORECASE,
)
_KEY: Final = re.compile(
    r"(?:invalid|incorrect|wrong|expired|missing|no) (?:\w+ )?(?:api[ _-]?key|credentials?)"
    r"|(?:api[ _-]?key|credentials?)\b[^.]{0,30}\b(?:invalid|not valid|expired|incorrect)"
    r"|unauthori[sz]ed\b|authentication failed",
    re.IGNORECASE,
)
_TOO_OFTEN: Final = re.compile(
    r"rate[ -]?limit|too many requests|requests per (?:second|minute|day)", re.IGNORECASE
)
_BUSY: Final = re.compile(
    r"overloaded|(?:at|no|over) capacity|(?:server|service|engine) (?:is )?busy", re.IGNORECASE
)
_FILTERED: Final = re.compile(
    r"content (?:management )?(?:policy|filter)|\bflagged\b|moderation"
    r"|(?:sensitive|inappropriate) content|risk control",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    r"(?:permission|access) (?:is )?denied|not authori[sz]ed\b", re.IGNORECASE
)
_NO_MODEL: Final = re.compile(
    r"\bmodel\b[^,;\n]{0,60}\b(?:not found|(?:does not|doesn't|not) exist|disabled"
    r"|decommissioned|retired|no longer)\b|(?:no such|unknown) model\b",
    re.IGNORECASE,
)
_WORDS: Final[tuple[tuple[re.Pattern[str], FailureKind], ...]] = (
    (_TOO_LONG, "context_length"),
    (_SPENT, "quota"),
    (_KEY, "authentication"),
    (_TOO_OFTEN, "rate_limited"),
    (_BUSY, "overloaded"),
    (_FILTERED, "content_filter"),
    (_DENIED, "permission"),
    (_NO_MODEL, "model_not_found"),
)
"""What words mean if the status means nothing. The first that matches counts."""
_VAGUE_STATUSES: Final = frozenset({400, 422, 500})
_TOKENS: Final = re.compile(r"\btokens?[ _-]per[ _-](?:minute|min)\b|\bTPM\b", re.IGNORECASE)


def status_error(
    status: int,
    body: bytes,
    provider: str,
    scrub: Callable[[str], str],
    retry_after_ms: int | None = None,
) -> ProviderError:
    """Returns the error of a response whose status is not 200."""
    if status == 407:
        return asks_for_login(None, provider)
    reported = ErrorBody() if body.lstrip()[:1] == b"<" else parse_error_body(body)
    kind = _kind_of(reported.status if reported.is_behind and reported.status else status, reported)
    hint = None
    if status == 405 or (kind == "model_not_found" and not reported.about_model):
        kind = "bad_request"
        hint = (
            f"Nothing answers chat requests at this address: check providers.{provider}.baseUrl, "
            "which often ends in /v1."
        )
    return _build_error(
        kind, reported, provider, scrub, status=status, retry_after_ms=retry_after_ms, hint=hint
    )


def stream_error(
    error: Any, provider: str, scrub: Callable[[str], str], *, after_content: bool
) -> ProviderError:
    """Returns the error that a stream reports. After content it is `interrupted`."""
    reported = parse_error_body(error)
    if not after_content:
        kind = _kind_of(reported.status or 500, reported)
        return _build_error(kind, reported, provider, scrub, status=reported.status)
    code = reported.codes[0] if reported.codes else reported.status
    words = (
        f"{code}: {reported.message}"
        if code and reported.message
        else reported.message or str(code or "")
    )
    reported = replace(reported, message=words)
    return _build_error("interrupted", reported, provider, scrub, status=reported.status)


def end_error(
    end: End, provider: str, scrub: Callable[[str], str], *, after_content: bool
) -> ProviderError:
    """Returns the error of an answer that ended with a finish reason of failure."""
    if not isinstance(end.cause, str):
        return stream_error(end.cause, provider, scrub, after_content=after_content)
    kind = "interrupted" if after_content else end.meaning.kind
    sentence = hint = None
    if kind == "interrupted" and not after_content:
        sentence = "The model failed before it had written anything."
        hint = "Regenerate to ask again, or choose another model."
    reported = ErrorBody(end.cause)
    return _build_error(kind, reported, provider, scrub, status=None, hint=hint, sentence=sentence)


def document_error(value: Any, provider: str, scrub: Callable[[str], str]) -> ProviderError | None:
    """Returns the error in a decoded body of status 200, or `None` without one.

    The body has an error, or its words have a known meaning.
    """
    error = stream_error(value, provider, scrub, after_content=False)
    if has_error(value) or error.failure.kind != "server_error":
        return error
    return None


def quote_provider(text: str, scrub: Callable[[str], str]) -> str:
    """Returns a provider's words on one line without keys, of at most 500 characters."""
    line = " ".join(scrub(text[:8192]).split())
    line = "".join(letter for letter in line if letter.isprintable())
    return line if len(line) <= MAX_MESSAGE else f"{line[: MAX_MESSAGE - 1]}…"


def _kind_of(status: int, reported: ErrorBody) -> FailureKind:
    if status == 413:
        too_long = "tokens" in reported.codes or _TOO_LONG.search(
            " ".join((reported.message, *reported.codes))
        )
        return "context_length" if too_long else "bad_request"
    known: list[FailureKind] = [
        _BY_CODE[code] for code in map(normalize_name, reported.codes) if code in _BY_CODE
    ]
    for kind in known:
        if kind not in _VAGUE:
            return kind
    if reported.is_behind or status in _VAGUE_STATUSES:
        for words, kind in _WORDS:
            if words.search(reported.message):
                return kind
    if status in {402, 403, 429} and _SPENT.search(reported.message):
        return "quota"
    by_status = _STATUSES.get(status)
    if by_status is not None:
        return by_status
    return "server_error" if status >= 500 and "bad_request" not in known else "bad_request"


def _build_error(
    kind: FailureKind,
    reported: ErrorBody,
    provider: str,
    scrub: Callable[[str], str],
    *,
    status: int | None,
    retry_after_ms: int | None = None,
    hint: str | None = None,
    sentence: str | None = None,
) -> ProviderError:
    words = quote_provider(reported.message, scrub)
    sentence = sentence or message_for(kind)
    message = f"{sentence} {provider} said: {words}" if words else sentence
    failure = Failure.of(
        kind,
        message,
        hint=hint,
        provider=provider,
        http_status=status,
        retry_after_ms=retry_after_ms,
    )
    return ProviderError(failure, wait_hint=_wait_hint(kind, reported))


def _wait_hint(kind: FailureKind, reported: ErrorBody) -> Literal["tokens", "never"] | None:
    if kind == "quota":
        return "never"
    if kind == "rate_limited" and ("tokens" in reported.codes or _TOKENS.search(reported.message)):
        return "tokens"
    return None

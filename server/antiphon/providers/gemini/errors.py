"""Classifies Google's errors, `google.rpc.Status`, by their details before their status.

https://ai.google.dev/gemini-api/docs/troubleshooting and
https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from msgspec import Struct

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure, FailureKind, message_for
from antiphon.providers.http.error_body import ErrorBody, parse_error_body
from antiphon.providers.http.retry_after import retry_after_ms
from antiphon.providers.openai import error_response as openai
from antiphon.providers.openai.errors import quote_provider, status_error, stream_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from antiphon.providers.http.endpoint import Endpoint
    from antiphon.providers.http.response import Response


_BAD_KEYS: Final = frozenset({"API_KEY_INVALID", "API_KEY_EXPIRED"})
_BAD_KEY: Final = re.compile(
    r"API key (?:not valid|expired|not found)|reported as leaked", re.IGNORECASE
)
_NOT_HERE: Final = re.compile(r"location is not supported", re.IGNORECASE)
_TOO_LONG: Final = re.compile(
    r"token count.*exceeds|maximum number of tokens allowed", re.IGNORECASE
)
_NO_ALLOWANCE: Final = re.compile(r"\blimit: 0\b")
_DELAY: Final = re.compile(r"(\d{1,9}(?:\.\d+)?)s")


class Details(Struct, frozen=True):
    """The details of an error."""

    reasons: frozenset[str] = frozenset()
    quotas: tuple[str, ...] = ()
    """Names of the quotas that are used up."""
    retry_after_ms: int | None = None


def error_of_status(
    status: int,
    body: bytes,
    provider: str,
    scrub: Callable[[str], str],
    retry_after_ms: int | None = None,
) -> ProviderError:
    """Returns the error of a response whose status is not 200."""
    plain = status_error(status, body, provider, scrub, retry_after_ms)
    error = None if body.lstrip()[:1] == b"<" else _decode(body)
    if error is None or status == 407:
        return _with_address_hint(plain, provider)
    reported, details = parse_error_body(error), parse_details(error)
    kind = _kind_of(status, reported, details, plain.failure.kind)
    if kind == plain.failure.kind == "bad_request":
        return _with_address_hint(plain, provider)
    words = quote_provider(reported.message, scrub)
    wait_ms = details.retry_after_ms if retry_after_ms is None else retry_after_ms
    failure = Failure.of(
        kind,
        f"{message_for(kind)} {provider} said: {words}" if words else message_for(kind),
        provider=provider,
        http_status=status,
        retry_after_ms=None if kind == "quota" else wait_ms,  # a day's quota returns much later
    )
    return ProviderError(failure, wait_hint=_wait_hint(kind, details))


def error_in_stream(
    error: Any, provider: str, scrub: Callable[[str], str], *, after_content: bool
) -> ProviderError:
    """Returns the error that a stream reports. After content it is `interrupted`."""
    if after_content:
        return stream_error(error, provider, scrub, after_content=True)
    body = error if isinstance(error, bytes) else json.dumps(error).encode()
    return error_of_status(parse_error_body(error).status or 500, body, provider, scrub)


def parse_details(error: Any) -> Details:
    """Returns the known details of a decoded error and ignores others."""
    reasons: set[str] = set()
    quotas: list[str] = []
    wait_ms: int | None = None
    for detail in _find_details(error):
        kind = str(detail.get("@type", "")).rpartition(".")[2]
        if kind == "ErrorInfo":
            reasons.add(str(detail.get("reason")))
        elif kind == "RetryInfo":
            delay = _DELAY.fullmatch(str(detail.get("retryDelay")))
            wait_ms = math.ceil(float(delay[1]) * 1000) if delay else None
        elif kind == "QuotaFailure":
            quotas += [str(it.get("quotaId")) for it in _objects(detail.get("violations"))]
    return Details(frozenset(reasons), tuple(quotas), wait_ms)


def _kind_of(status: int, reported: ErrorBody, details: Details, plain: FailureKind) -> FailureKind:
    if details.reasons & _BAD_KEYS or (status in {400, 403} and _BAD_KEY.search(reported.message)):
        return "authentication"
    if status == 400 and _NOT_HERE.search(reported.message):
        return "permission"
    if status == 400 and _TOO_LONG.search(reported.message):
        return "context_length"
    by_day = any("PerDay" in name for name in details.quotas)
    if status == 429 and (by_day or _NO_ALLOWANCE.search(reported.message)):
        return "quota"
    return plain


def _wait_hint(kind: FailureKind, details: Details) -> Literal["tokens", "never"] | None:
    if kind == "quota":
        return "never"
    by_tokens = kind == "rate_limited" and any("Token" in name for name in details.quotas)
    return "tokens" if by_tokens else None


def _with_address_hint(error: ProviderError, provider: str) -> ProviderError:
    """Returns `error` with a hint on Google's address if nothing answers at this one."""
    failure = error.failure
    if failure.http_status in {404, 405} and failure.kind == "bad_request":
        hint = f"Check providers.{provider}.baseUrl, or leave it out for Google's own address."
        error.failure = failure.model_copy(update={"hint": hint})
    return error


def _decode(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _find_details(error: Any) -> Iterator[dict[str, Any]]:
    """Yields the details of Google's error: bare, or inside a list or an object."""
    if isinstance(error, list):
        error = next(_objects(error), None)
    if isinstance(error, dict):
        value = cast("dict[str, Any]", error)
        inner: Any = value.get("error")
        status = cast("dict[str, Any]", inner) if isinstance(inner, dict) else value
        yield from _objects(status.get("details"))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in cast("list[Any]", value):
            if isinstance(item, dict):
                yield cast("dict[str, Any]", item)


def refusal(response: Response, body: bytes, provider: Endpoint) -> ProviderError:
    """Returns the error that a response other than 200 means."""
    if response.status < 400:
        return openai.refusal(response, body, provider)
    wait_ms = retry_after_ms(response.headers)
    return error_of_status(response.status, body, provider.name, provider.key.scrub, wait_ms)

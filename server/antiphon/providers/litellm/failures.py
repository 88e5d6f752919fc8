"""Converts the failure of a worker's stream to a `ProviderError`.

A provider's own words are read by the table that serves every OpenAI-compatible endpoint. The rest
are failures of the connection, and what litellm cannot do.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import structs

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure, FailureKind
from antiphon.providers.gemini import errors as google
from antiphon.providers.http.error_body import parse_error_body
from antiphon.providers.http.proxy import REFUSED_HINT, asks_for_login
from antiphon.providers.openai import errors as openai
from antiphon.providers.openai.errors import quote_provider

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.providers.litellm.messages import Cause, Failed

_SENTENCES: Final[dict[Cause, tuple[FailureKind, str, str | None]]] = {
    "connect_timeout": ("timeout_connect", "No connection to {origin} in time.", None),
    "unreachable": ("network", "{origin} cannot be reached{words}.", None),
    "name_not_found": ("network", "The name {host} was not found.", None),
    "no_answer": ("network", "{origin} closed the connection without an answer.", None),
    "proxy": (
        "network",
        "The proxy that the environment names for {origin} cannot be used.",
        "Check HTTPS_PROXY and NO_PROXY.",
    ),
    "proxy_refused": ("network", "{sentence}", REFUSED_HINT),
    "untrusted": (
        "network",
        "No trusted connection to {host}{words}.",
        (
            "A proxy may be in the way, or the server's issuer is not known here: add its "
            "certificate to the system's trusted ones, or name a file of trusted ones in "
            "SSL_CERT_FILE."
        ),
    ),
    "connection_refused": ("network", "{origin} refused the connection.", None),
    "redirect": (
        "bad_request",
        "{origin} redirects to {target}; a redirect is never followed.",
        "If that is right, set providers.{provider}.baseUrl to the new address.",
    ),
    "no_stream": (
        "malformed_stream",
        "{origin} answered{words} instead of a stream.",
        (
            "A proxy or a captive portal may have answered in its place: open a web page to see, "
            "and check providers.{provider}.baseUrl."
        ),
    ),
    "malformed": ("malformed_stream", "{sentence}", None),
    "not_http": ("malformed_stream", "{origin} did not answer in HTTP.", None),
    "unreadable": (
        "malformed_stream",
        "litellm could not read the provider's stream.",
        None,
    ),
    "not_sent": (
        "bad_request",
        "litellm did not send the request{words}.",
        "Change the parameters, or the settings of providers.{provider}.",
    ),
    "no_key": (
        "authentication",
        "{provider} needs a key, and none is set.",
        "Name the variable that holds it in providers.{provider}.apiKeyEnv.",
    ),
    "unknown_vendor": (
        "model_not_found",
        "litellm knows no vendor of that name{words}.",
        "Name the model as litellm does: vendor/model; docs.litellm.ai/docs/providers lists them.",
    ),
    "missing_package": (
        "unsupported",
        "litellm needs another package for this vendor{words}.",
        "Install it into the environment that Antiphon runs in.",
    ),
}
_FINAL: Final = frozenset(
    {
        "proxy_refused",
        "untrusted",
        "redirect",
        "not_sent",
        "no_key",
        "unknown_vendor",
        "missing_package",
    }
)
"""Causes that a retry cannot cure."""
_GOOGLE: Final = frozenset({"gemini", "vertex_ai", "vertex_ai_beta"})
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def to_provider_error(
    failed: Failed, provider: str, vendor: str, scrub: Callable[[str], str], *, after_content: bool
) -> ProviderError:
    """Returns the error that `failed` reports. `scrub` removes keys from a text."""
    body = failed.words.encode("utf-8", "replace")
    match failed.cause:
        case "answer":
            parse = google.error_of_status if vendor in _GOOGLE else openai.status_error
            return parse(failed.status or 500, body, provider, scrub, failed.retry_after_ms)
        case "error_event":
            parse_event = google.error_in_stream if vendor in _GOOGLE else openai.stream_error
            return parse_event(body, provider, scrub, after_content=after_content)
        case "lost":
            return _connection_lost(provider, after_content=after_content)
        case "worker":
            return worker_ended(provider, after_content=after_content)
        case "proxy" if failed.words == "407":
            return asks_for_login(failed.origin, provider)
        case "document":
            return _document_error(failed, provider, vendor, scrub)
        case cause:
            kind, sentence, hint = _SENTENCES[cause]
    words = quote_provider(failed.words, scrub).rstrip(".")
    values = {
        "provider": provider,
        "origin": failed.origin or provider,
        "host": urlsplit(failed.origin).hostname or provider,
        "target": _redirect_target(failed),
        "sentence": f"{words}.",
        "words": f" with {words}" if cause == "no_stream" else f": {words}" if words else "",
    }
    final = cause in _FINAL
    if cause == "connection_refused" and values["host"] in _LOCAL:
        hint, final = "Is it running? Start it, or correct providers.{provider}.baseUrl.", True
    failure = Failure.of(
        kind,
        sentence.format_map(values),
        hint=hint and hint.format_map(values),
        provider=provider,
        http_status=failed.status if cause in {"redirect", "no_stream"} else None,
    )
    return ProviderError(failure, wait_hint="never" if final else None)


def _document_error(
    failed: Failed, provider: str, vendor: str, scrub: Callable[[str], str]
) -> ProviderError:
    """Returns the error of JSON that is not an answer, by its message if any."""
    value = json.loads(failed.words)
    words = quote_provider(parse_error_body(value).message, scrub).rstrip(".")
    as_no_stream = structs.replace(failed, cause="no_stream", words=f'JSON ("{words}")')
    known = openai.document_error(value, provider, scrub)
    return known or to_provider_error(as_no_stream, provider, vendor, scrub, after_content=False)


def worker_ended(provider: str, *, after_content: bool) -> ProviderError:
    """Returns the error of a worker process that ended before its answer did."""
    if after_content:
        message = "The litellm worker ended in the middle of the answer."
        return ProviderError(Failure.of("interrupted", message, provider=provider))
    message = "The litellm worker ended before any text came; the next request starts a new one."
    return ProviderError(Failure.of("server_error", message, provider=provider))


def _connection_lost(provider: str, *, after_content: bool) -> ProviderError:
    if after_content:
        message = "The connection broke in the middle of the answer."
        return ProviderError(Failure.of("interrupted", message, provider=provider))
    message = "The connection broke before any text came."
    return ProviderError(Failure.of("network", message, provider=provider))


def _redirect_target(failed: Failed) -> str:
    """Returns the origin that a redirect names, without the rest of its address."""
    try:
        parts = urlsplit(failed.location)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "an address that is not a URL"
    if not host:
        return f"another path of {failed.origin}" if failed.location else "nowhere"
    printable = "".join(letter for letter in host if letter.isascii() and letter.isprintable())[
        :253
    ]
    return f"{parts.scheme}://{printable}{f':{port}' if port else ''}"

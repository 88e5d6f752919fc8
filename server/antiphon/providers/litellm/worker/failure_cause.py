"""Finds why a stream failed, by what was on the wire, then by exceptions.

litellm's own classes are not used: one and the same class means a refused connection, an unknown
host, an untrusted certificate and a server's error.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import httpx

from antiphon.providers.answers.ending import NOT_CONFIRMED
from antiphon.providers.http.error_body import has_error, parse_error_body
from antiphon.providers.litellm.messages import Failed
from antiphon.providers.litellm.worker.http_probe import NotSentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.providers.litellm.messages import Cause
    from antiphon.providers.litellm.worker.http_probe import HttpProbe
    from antiphon.providers.litellm.worker.sse_normalizer import SseNormalizer

_STREAM: Final = "text/event-stream"
_BROKEN: Final = (httpx.TransportError, aiohttp.ClientError, ConnectionError, TimeoutError)


def failure_cause(
    stream: int, probe: HttpProbe, error: Exception | None, *, has_text: bool
) -> Failed | None:
    """Returns the failure of a stream that the provider did not end, or `None`.

    `None` means that nothing is known but the end. `has_text` is whether any text arrived.
    """
    cause, words = _cause_and_words(probe, error, has_text=has_text)
    if cause is None:
        return None
    return Failed(
        stream, cause, words, probe.status, probe.retry_after_ms, probe.origin, probe.location
    )


def _cause_and_words(
    probe: HttpProbe, error: Exception | None, *, has_text: bool
) -> tuple[Cause | None, str]:
    if isinstance(error, NotSentError):
        return error.cause, str(error)
    if probe.error is not None:
        return _cause_without_headers(probe.error)
    if probe.status is None:
        return (None, "") if error is None else _cause_in_litellm(error)
    if probe.status != 200:
        cause: Cause = "redirect" if 300 <= probe.status < 400 else "answer"
        return cause, probe.body.decode("utf-8", "replace")
    if probe.events is not None and (found := _cause_in_events(probe.events, probe, error)):
        return found
    if probe.no_stream and not has_text:
        return _document_cause(probe)
    if error is None:
        return None, ""
    if any(isinstance(cause, _BROKEN) for cause in _chain(error)):
        return "lost", ""
    return "unreadable", ""


def _cause_in_events(
    events: SseNormalizer, probe: HttpProbe, error: Exception | None
) -> tuple[Cause, str] | None:
    """Returns the failure that a stream of events itself shows, if it does."""
    if events.error_event is not None:
        return "error_event", events.error_event.decode("utf-8", "replace")
    if events.over:
        return "malformed", events.broken
    if probe.broken:
        return "lost", ""
    if error is None and events.ending.since:
        return "malformed", NOT_CONFIRMED
    return None


def _document_cause(probe: HttpProbe) -> tuple[Cause, str]:
    text = probe.body.decode("utf-8", "replace")
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return "no_stream", "a web page" if probe.content_type == _STREAM else probe.content_type
    if has_error(value):
        return "error_event", text
    return (
        ("document", text) if parse_error_body(value).message else ("no_stream", probe.content_type)
    )


def _cause_without_headers(error: Exception) -> tuple[Cause, str]:
    """Returns why no headers arrived."""
    chain = list(_chain(error))
    for found in chain:
        if isinstance(found, NotSentError):
            return found.cause, str(found)
    for kind, cause in _CAUSES:
        for found in chain:
            if isinstance(found, kind):
                return cause, _words(found)
    return "no_answer", ""


_CAUSES: Final[tuple[tuple[type[BaseException], Cause], ...]] = (
    (ssl.SSLError, "untrusted"),
    (socket.gaierror, "name_not_found"),
    (aiohttp.ClientConnectorDNSError, "name_not_found"),
    (aiohttp.ClientProxyConnectionError, "proxy"),
    (aiohttp.ClientHttpProxyError, "proxy"),
    (httpx.ProxyError, "proxy"),
    (ConnectionRefusedError, "connection_refused"),
    (httpx.ConnectTimeout, "connect_timeout"),
    (aiohttp.ConnectionTimeoutError, "connect_timeout"),
    (httpx.ConnectError, "unreachable"),
    (aiohttp.ClientResponseError, "not_http"),
)


def _words(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        cause = getattr(error, "certificate_error", error)
        why = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
        return str(why or "the handshake failed").rstrip(".").replace("_", " ").lower()
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return str(error.status)
    if isinstance(error, httpx.ProxyError):
        return str(error)[:3]
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or ""
    return ""


_ABOUT_KEYS: Final = re.compile(r"credentials|api[_ ]key", re.IGNORECASE)
_PREFIXES: Final = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception)(?::| - | ) *)+")


def _cause_in_litellm(error: Exception) -> tuple[Cause, str]:
    """Returns why litellm sent nothing: a key, a package or a parameter."""
    for found in _chain(error):
        if isinstance(found, ImportError):
            return "missing_package", str(found.name or found)
        if getattr(found, "status_code", None) == 401 or _ABOUT_KEYS.search(str(found)):
            return "no_key", ""
    words = str(error).partition("Traceback")[0]
    return "not_sent", _PREFIXES.sub("", words)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yields the exception and all its causes, litellm's own reference included."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        found = waiting.pop(0)
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [getattr(found, "original_exception", None), found.__cause__, found.__context__]
        waiting += list(getattr(found, "exceptions", ()))

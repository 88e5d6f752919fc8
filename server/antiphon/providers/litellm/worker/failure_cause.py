"""Why a stream failed: by what was on the wire, then by the causes of an exception.

litellm's own classes are not looked at: one and the same of them stands for a refused connection,
an unknown host, an untrusted certificate and a server's error.
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
from antiphon.providers.litellm.messages import Broke
from antiphon.providers.litellm.worker.http_probe import NotSentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.providers.litellm.messages import Cause
    from antiphon.providers.litellm.worker.http_probe import HttpProbe
    from antiphon.providers.litellm.worker.sse_normalizer import SseNormalizer

_STREAM: Final = "text/event-stream"
_BROKEN: Final = (httpx.TransportError, aiohttp.ClientError, ConnectionError, TimeoutError)


def failure_cause(
    stream: int, tap: HttpProbe, problem: Exception | None, *, said: bool
) -> Broke | None:
    """What went wrong with a stream that the provider did not end.

    `None` where nothing is known but that it is over. `said` is whether any text came.
    """
    cause, words = _cause_and_words(tap, problem, said=said)
    if cause is None:
        return None
    return Broke(stream, cause, words, tap.status, tap.retry_after_ms, tap.origin, tap.location)


def _cause_and_words(
    tap: HttpProbe, problem: Exception | None, *, said: bool
) -> tuple[Cause | None, str]:
    if isinstance(problem, NotSentError):
        return problem.cause, str(problem)
    if tap.problem is not None:
        return _unsent(tap.problem)
    if tap.status is None:
        return (None, "") if problem is None else _refused_here(problem)
    if tap.status != 200:
        cause: Cause = "redirect" if 300 <= tap.status < 400 else "answer"
        return cause, tap.body.decode("utf-8", "replace")
    if tap.events is not None and (found := _in_events(tap.events, tap, problem)):
        return found
    if tap.no_stream and not said:
        return _odd_document(tap)
    if problem is None:
        return None, ""
    if any(isinstance(cause, _BROKEN) for cause in _chain(problem)):
        return "lost", ""
    return "unreadable", ""


def _in_events(
    events: SseNormalizer, tap: HttpProbe, problem: Exception | None
) -> tuple[Cause, str] | None:
    """What the stream itself shows, if it is one of events."""
    if events.error_event is not None:
        return "error_event", events.error_event.decode("utf-8", "replace")
    if events.over:
        return "malformed", events.broken
    if tap.broken:
        return "lost", ""
    if problem is None and events.ending.since:
        return "malformed", NOT_CONFIRMED
    return None


def _odd_document(tap: HttpProbe) -> tuple[Cause, str]:
    text = tap.body.decode("utf-8", "replace")
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return "no_stream", "a web page" if tap.content_type == _STREAM else tap.content_type
    if has_error(value):
        return "error_event", text
    return (
        ("document", text) if parse_error_body(value).message else ("no_stream", tap.content_type)
    )


def _unsent(problem: Exception) -> tuple[Cause, str]:
    """Why no headers came."""
    chain = list(_chain(problem))
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


def _words(problem: BaseException) -> str:
    if isinstance(problem, ssl.SSLError):
        cause = getattr(problem, "certificate_error", problem)
        why = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
        return str(why or "the handshake failed").rstrip(".").replace("_", " ").lower()
    if isinstance(problem, aiohttp.ClientHttpProxyError):
        return str(problem.status)
    if isinstance(problem, httpx.ProxyError):
        return str(problem)[:3]
    if isinstance(problem, aiohttp.ClientConnectorError):
        return problem.os_error.strerror or ""
    return ""


_ABOUT_KEYS: Final = re.compile(r"credentials|api[_ ]key", re.IGNORECASE)
_PREFIXES: Final = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception)(?::| - | ) *)+")


def _refused_here(problem: Exception) -> tuple[Cause, str]:
    """litellm sent nothing: a key, a package or a parameter was not to its liking."""
    for found in _chain(problem):
        if isinstance(found, ImportError):
            return "missing_package", str(found.name or found)
        if getattr(found, "status_code", None) == 401 or _ABOUT_KEYS.search(str(found)):
            return "no_key", ""
    words = str(problem).partition("Traceback")[0]
    return "not_sent", _PREFIXES.sub("", words)


def _chain(problem: BaseException) -> Iterator[BaseException]:
    """The exception and everything that it came from, litellm's own reference included."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [problem]
    while waiting:
        found = waiting.pop(0)
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [getattr(found, "original_exception", None), found.__cause__, found.__context__]
        waiting += list(getattr(found, "exceptions", ()))

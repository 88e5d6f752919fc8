"""Decides by a body's first bytes whether it is a stream or a document.

The header is believed only if it agrees with them: gateways call streams JSON, text or bytes, and
errors streams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.http.error_body import parse_error_body
from antiphon.providers.http.response import BROKEN
from antiphon.providers.http.sse import begins_as_stream
from antiphon.providers.openai.chunks import UNREADABLE
from antiphon.providers.openai.errors import document_error, quote_provider

if TYPE_CHECKING:
    from antiphon.providers.http.endpoint import Endpoint
    from antiphon.providers.http.response import Response

_STREAMS: Final = frozenset({"text/event-stream", ""})
_MOST_BYTES: Final = 64 * 1024
"""The most empty lines that may come before a body shows what it is."""


def is_called_stream(response: Response) -> bool:
    """Checks whether the header announces a stream of events, or nothing."""
    return response.content_type in _STREAMS


async def read_document(response: Response, content: str, provider: Endpoint) -> bytes | None:
    """Returns a whole completion with the field `content`, or `None` for a stream.

    Raises `ProviderError` for everything that is neither.
    """
    head = await _read_head(response)
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    called_stream = is_called_stream(response)
    if begins_as_stream(head) or (called_stream and first not in {b"{", b"[", b"<"}):
        return None
    if first not in {b"{", b"["} and not response.content_type.endswith("json"):
        kind = "a web page" if called_stream else provider.key.scrub(response.content_type)[:80]
        raise _no_stream(provider, f"with {kind} instead of a stream")
    try:
        body = await response.body(provider.limits.answer_bytes)
    except BROKEN:
        raise _no_completion(provider) from None
    try:
        value: Any = msgspec.json.decode(body)
    except UNREADABLE:
        if called_stream:
            response.unread(body)
            return None
        raise _no_completion(provider) from None
    found = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if found.get(content) and not found.get("error"):
        return body
    raise _document_error(value, provider)


async def _read_head(response: Response) -> bytes:
    """Reads as much of a body as shows what it is, and puts it back."""
    head = b""
    try:
        while begins_as_stream(head) is None and len(head) < _MOST_BYTES:
            piece = await response.read()
            if not piece:
                break
            head += piece
    except BROKEN:
        return head  # the next read raises it again
    finally:
        response.unread(head)
    return head


def _document_error(value: Any, provider: Endpoint) -> ProviderError:
    """Returns the error of JSON that is not a completion, by its message if any."""
    scrub = provider.key.scrub
    error = document_error(value, provider.name, scrub)
    return error or _no_completion(provider, quote_provider(parse_error_body(value).message, scrub))


def _no_completion(provider: Endpoint, words: str = "") -> ProviderError:
    quoted = f' ("{words.rstrip(".")}")' if words else ""
    return _no_stream(provider, f"with JSON that is not a completion{quoted}")


def _no_stream(provider: Endpoint, how: str) -> ProviderError:
    message = f"{provider.address.origin} answered {how}."
    hint = (
        "A proxy or a captive portal may have answered in its place: open a web page to see, and "
        f"check providers.{provider.name}.baseUrl."
    )
    return ProviderError(
        Failure.of("malformed_stream", message, hint=hint, provider=provider.name, http_status=200)
    )

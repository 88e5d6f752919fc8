"""An answer whose status is not 200: what it holds, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.http.client import BROKEN, ERROR_BODY_BYTES
from antiphon.providers.http.retry_after import retry_after_ms
from antiphon.providers.openai.errors import status_error

if TYPE_CHECKING:
    from antiphon.providers.http.client import Response
    from antiphon.providers.http.endpoint import Endpoint


async def bytes_of(response: Response, within_s: float) -> bytes:
    """The body of a refusal; empty where it does not come: the status alone must then do."""
    with anyio.move_on_after(within_s):
        try:
            return await response.body(ERROR_BODY_BYTES)
        except BROKEN:
            return b""
    return b""


def refusal(response: Response, body: bytes, provider: Endpoint) -> ProviderError:
    """The failure that a response other than 200 stands for."""
    if 300 <= response.status < 400:
        return _redirect(response, provider)
    if response.status < 400:
        message = f"{provider.address.origin} answered with status {response.status} and no stream."
        return ProviderError(
            Failure.of(
                "malformed_stream", message, provider=provider.name, http_status=response.status
            )
        )
    return status_error(
        response.status,
        body,
        provider.name,
        provider.key.scrub,
        retry_after_ms(response.headers),
    )


def _redirect(response: Response, provider: Endpoint) -> ProviderError:
    """Nothing is sent after a redirect: neither the key nor the prompt is for whoever it names."""
    where = _origin_of(response.headers.get("location", ""), provider.address.origin)
    message = f"{provider.address.origin} redirects to {where}; a redirect is never followed."
    hint = f"If that is right, set providers.{provider.name}.baseUrl to the new address."
    failure = Failure.of(
        "bad_request", message, hint=hint, provider=provider.name, http_status=response.status
    )
    return ProviderError(failure, wait_hint="never")


def _origin_of(location: str, own: str) -> str:
    """The origin that a `Location` names, without the user name, path and query it may hold."""
    try:
        parts = urlsplit(location)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "an address that is no URL"
    if not host:
        return f"another path of {own}" if location else "nowhere"
    shown = "".join(letter for letter in host if letter.isascii() and letter.isprintable())[:253]
    return f"{parts.scheme or 'its own scheme'}://{shown}{f':{port}' if port else ''}"

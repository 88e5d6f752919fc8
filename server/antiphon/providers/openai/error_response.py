"""Reads a response whose status is not 200 and converts it to an error."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.http.response import BROKEN, ERROR_BODY_BYTES
from antiphon.providers.http.retry_after import retry_after_ms
from antiphon.providers.openai.errors import status_error

if TYPE_CHECKING:
    from antiphon.providers.http.endpoint import Endpoint
    from antiphon.providers.http.response import Response


async def read_refusal(response: Response, within_s: float) -> bytes:
    """Returns the body of a refusal, or nothing if it does not arrive in time.

    Then the status alone must do. `within_s` is in seconds.
    """
    with anyio.move_on_after(within_s):
        try:
            return await response.body(ERROR_BODY_BYTES)
        except BROKEN:
            return b""
    return b""


def refusal(response: Response, body: bytes, provider: Endpoint) -> ProviderError:
    """Returns the error that a response other than 200 means."""
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
    """Returns the error of a redirect, which is not followed.

    Neither the key nor the prompt is meant for the host that it names.
    """
    target = _redirect_target(response.headers.get("location", ""), provider.address.origin)
    message = f"{provider.address.origin} redirects to {target}; a redirect is never followed."
    hint = f"If that is right, set providers.{provider.name}.baseUrl to the new address."
    failure = Failure.of(
        "bad_request", message, hint=hint, provider=provider.name, http_status=response.status
    )
    return ProviderError(failure, wait_hint="never")


def _redirect_target(location: str, own: str) -> str:
    """Returns the origin in a `Location`, without its user name, path and query."""
    try:
        parts = urlsplit(location)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "an address that is not a URL"
    if not host:
        return f"another path of {own}" if location else "nowhere"
    printable = "".join(letter for letter in host if letter.isascii() and letter.isprintable())[
        :253
    ]
    return f"{parts.scheme or 'its own scheme'}://{printable}{f':{port}' if port else ''}"

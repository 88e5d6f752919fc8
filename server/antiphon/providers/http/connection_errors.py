"""Converts errors of connections to failures.

No failure's hint offers to turn off TLS verification, and none that a wait cannot cure is retried.
"""

from __future__ import annotations

import errno
import socket
import ssl
from typing import TYPE_CHECKING, Literal

import aiohttp

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure, FailureKind
from antiphon.providers.http.proxy import asks_for_login

if TYPE_CHECKING:
    from antiphon.providers.http.base_url import Address


def connect_failure(
    error: Exception, address: Address, provider: str, issuer: str | None = None
) -> ProviderError:
    """Returns the error of a request that got no headers.

    `issuer` is the issuer of a certificate that is not trusted, if it is known.
    """
    where = address.origin
    match error:
        case aiohttp.ConnectionTimeoutError():
            return _build_error("timeout_connect", provider, f"No connection to {where} in time.")
        case ssl.SSLError():
            return _tls_error(error, address, provider, issuer)
        case aiohttp.ClientProxyConnectionError():
            message = f"The proxy that the environment names for {where} cannot be reached."
            return _build_error("network", provider, message, "Check HTTPS_PROXY and NO_PROXY.")
        case aiohttp.ClientHttpProxyError(status=407):
            return asks_for_login(where, provider)
        case aiohttp.ClientHttpProxyError():
            message = f"The proxy refused to connect to {where} (status {error.status})."
            return _build_error("network", provider, message, "Check HTTPS_PROXY and NO_PROXY.")
        case aiohttp.ClientConnectorDNSError() | socket.gaierror():
            message = f"The name {address.host} was not found."
            return _build_error("network", provider, message)
        case aiohttp.ClientConnectorError() if _is_refused(error):
            return _refused_error(address, provider)
        case aiohttp.ClientConnectorError():
            why = error.os_error.strerror or "no connection"
            return _build_error("network", provider, f"{where} cannot be reached: {why}.")
        case aiohttp.ClientResponseError():
            return _build_error("malformed_stream", provider, f"{where} did not answer in HTTP.")
        case _:
            message = f"{where} closed the connection without an answer."
            return _build_error("network", provider, message)


def stream_failure(error: Exception, provider: str, *, after_content: bool) -> Failure:
    """Returns the failure of a connection that broke while its answer was read."""
    how = "was cut off" if isinstance(error, aiohttp.ClientPayloadError) else "broke"
    if after_content:
        return Failure.of(
            "interrupted", f"The connection {how} in the middle of the answer.", provider=provider
        )
    return Failure.of("network", f"The connection {how} before any text came.", provider=provider)


def _is_refused(error: aiohttp.ClientConnectorError) -> bool:
    return error.os_error.errno == errno.ECONNREFUSED or isinstance(
        error.os_error, ConnectionRefusedError
    )


def _refused_error(address: Address, provider: str) -> ProviderError:
    message = f"{address.origin} refused the connection."
    if not address.loopback:
        return _build_error("network", provider, message)
    hint = f"Is it running? Start it, or correct providers.{provider}.baseUrl."
    return _build_error("network", provider, message, hint, wait_hint="never")


def _tls_error(
    error: ssl.SSLError, address: Address, provider: str, issuer: str | None
) -> ProviderError:
    cause: object = error
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause = error.certificate_error
    why = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
    words = str(why or "the handshake failed").rstrip(".").replace("_", " ").lower()
    issued = f", issued by {issuer}" if issuer else ""
    message = f"No trusted connection to {address.host}: {words}{issued}."
    hint = (
        "A proxy may be in the way, or the server's issuer is not known here: add its certificate "
        "to the system's trusted ones, or name a file of trusted ones in SSL_CERT_FILE."
    )
    return _build_error("network", provider, message, hint, wait_hint="never")


def _build_error(
    kind: FailureKind,
    provider: str,
    message: str,
    hint: str | None = None,
    *,
    wait_hint: Literal["tokens", "never"] | None = None,
) -> ProviderError:
    return ProviderError(
        Failure.of(kind, message, hint=hint, provider=provider), wait_hint=wait_hint
    )

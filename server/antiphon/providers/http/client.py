"""Sends one provider's requests with aiohttp, without retries, redirects or cookies.

Importing this module imports aiohttp, so it is imported when it is first needed.
"""

from __future__ import annotations

import logging
import re
import ssl
import time
from typing import TYPE_CHECKING, Final, cast

from antiphon.providers.http import certificates

with certificates.without_certificates():
    import aiohttp

# Modules that import aiohttp too must come after this import without certificates.
from antiphon.providers.http.certificate_issuer import fetch_issuer
from antiphon.providers.http.connection_errors import connect_failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.providers.http.base_url import Address

_log = logging.getLogger(__name__)

ERROR_BODY_BYTES: Final = 64 * 1024
_MOST_BYTES: Final = 16 * 1024
"""Of one read: some eighty deltas, which are decoded in well under a millisecond."""
_REQUEST_IDS: Final = (
    *("x-request-id", "request-id", "x-goog-request-id", "x-amzn-requestid"),
    *("apim-request-id", "x-groq-request-id", "x-litellm-call-id", "cf-ray"),
)
"""The headers with the request's id, which a vendor's support asks for."""
_PLAIN_ID: Final = re.compile(r"[\w-]+ [\w.:/=+-]{1,100}")
BROKEN: Final = (aiohttp.ClientError, OSError)
"""What `Response.read` raises if the connection broke before the body's end."""


class Response:
    """A response whose headers have arrived."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self._content = response.content
        self._unread = b""
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters. Empty if none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def read(self) -> bytes:
        """Returns what has arrived, or waits for it. Returns nothing at the end.

        aiohttp's reader raises the error of a broken connection before it returns what arrived
        ahead of it. Here the text comes first. Raises one of `BROKEN`.
        """
        if self._unread:
            unread, self._unread = self._unread, b""
            return unread
        error = self._content.exception()
        if error is None:
            return await self._content.read(_MOST_BYTES)
        self._content.set_exception(cast("BaseException", None))
        rest = self._content.read_nowait(-1)
        self._content.set_exception(error)
        if rest:
            return rest
        raise error

    def unread(self, piece: bytes) -> None:
        """Puts back what was read last, so that it is read once more."""
        self._unread = piece + self._unread

    async def body(self, limit: int) -> bytes:
        """Returns the body, cut at `limit` bytes. Raises one of `BROKEN`."""
        pieces: list[bytes] = []
        size = 0
        while size < limit and (piece := await self.read()):
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)[:limit]

    def close(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        self._response.close()


class Http:
    """The connections to one address, which must be made in the loop that uses them.


    Raises `ProviderError` if the environment names a proxy for it that cannot be used.
    """

    def __init__(self, address: Address, provider: str) -> None:
        self._address = address
        self._provider = provider
        self._proxy = address.proxy(provider)
        self._tls: ssl.SSLContext | None = None
        self._session = aiohttp.ClientSession(
            # The engine limits how many streams run at once, so there is no limit here.
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            trust_env=False,
        )

    async def post(
        self, endpoint: str, body: bytes, headers: Mapping[str, str], connect_timeout_s: float
    ) -> Response:
        """Sends a JSON body. Raises `ProviderError` if no headers arrive."""
        sent = {"Content-Type": "application/json", **headers}
        return await self._send("POST", endpoint, sent, body, connect_timeout_s)

    async def get(
        self, endpoint: str, headers: Mapping[str, str], connect_timeout_s: float
    ) -> Response:
        """Asks for a document. Raises `ProviderError` if no headers arrive."""
        return await self._send("GET", endpoint, headers, None, connect_timeout_s)

    async def _send(
        self,
        method: str,
        endpoint: str,
        headers: Mapping[str, str],
        body: bytes | None,
        connect_timeout_s: float,
    ) -> Response:
        if self._tls is None and self._address.secure:
            self._tls = await certificates.read_trusted()
        began = time.perf_counter()
        # Raised outside the handler: aiohttp's exceptions refer to the request with its headers.
        try:
            response = await self._session.request(
                method,
                self._address.url(endpoint),
                data=body,
                headers={"Accept-Encoding": "identity", **headers},
                allow_redirects=False,
                proxy=self._proxy,
                ssl=self._tls or True,
                timeout=aiohttp.ClientTimeout(total=None, connect=connect_timeout_s),
            )
            log_headers(
                f"{method} {endpoint}",
                self._provider,
                response,
                (time.perf_counter() - began) * 1000,
            )
            return Response(response)
        except BROKEN as broken:
            took = (time.perf_counter() - began) * 1000
            kind = type(broken).__name__
            _log.debug(
                "%s %s: no headers from %s after %.0f ms (%s)",
                *(method, endpoint, self._provider, took, kind),
            )
            error = connect_failure(
                broken, self._address, self._provider, await self._find_issuer(broken)
            )
        raise error

    async def _find_issuer(self, broken: Exception) -> str | None:
        if isinstance(broken, ssl.SSLCertVerificationError) and self._proxy is None:
            return await fetch_issuer(self._address)
        return None

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._session.close()


def log_headers(
    request: str, provider: str, response: aiohttp.ClientResponse, took_ms: float
) -> None:
    """Logs the status of a response, and the id that the provider gave the request."""
    if not _log.isEnabledFor(logging.DEBUG):
        return
    ids = [f"{name} {response.headers[name]}" for name in _REQUEST_IDS if name in response.headers]
    shown = [each for each in ids if _PLAIN_ID.fullmatch(each)]
    words = f", {', '.join(shown)}" if shown else ""
    _log.debug(
        "%s: %s answered after %.0f ms with status %d%s",
        *(request, provider, took_ms, response.status, words),
    )

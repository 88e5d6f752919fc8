"""Sends one provider's requests with aiohttp, without retries, redirects or cookies.

Importing this module imports aiohttp, so it is imported when it is first needed.
"""

from __future__ import annotations

import logging
import re
import ssl
import time
from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.cassettes import current_cassette
from antiphon.providers.cassettes.folder import hash_request
from antiphon.providers.cassettes.miss import replay_miss
from antiphon.providers.http import certificates

with certificates.without_certificates():
    import aiohttp

# Modules that import aiohttp too must come after this import without certificates.
from antiphon.providers.http.certificate_issuer import fetch_issuer
from antiphon.providers.http.connection_errors import connect_failure
from antiphon.providers.http.response import BROKEN, Response
from antiphon.providers.http.taped import KeptResponse, ReplayedResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from antiphon.providers.http.base_url import Address

_log = logging.getLogger(__name__)

_REQUEST_IDS: Final = (
    *("x-request-id", "request-id", "x-goog-request-id", "x-amzn-requestid"),
    *("apim-request-id", "x-groq-request-id", "x-litellm-call-id", "cf-ray"),
)
"""The headers with the request's id, which a vendor's support asks for."""
_PLAIN_ID: Final = re.compile(r"[\w-]+ [\w.:/=+-]{1,100}")


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
        """Sends a JSON body, unless a cassette answers.

        Raises `ProviderError` if no headers arrive, or if the cassette has no answer.
        """
        sent = {"Content-Type": "application/json", **headers}
        cassette = current_cassette.get()
        if cassette is None:
            return await self._send("POST", endpoint, sent, body, connect_timeout_s)
        key = hash_request("POST", self._address.url(endpoint), body)
        if cassette.is_replay:
            recording = await cassette.take(key)
            if recording is None:
                raise replay_miss(self._provider)
            return ReplayedResponse(recording)
        response = await self._send("POST", endpoint, sent, body, connect_timeout_s)
        return KeptResponse(response, cassette, key)

    async def get(
        self, endpoint: str, headers: Mapping[str, str], connect_timeout_s: float
    ) -> Response:
        """Asks for a document. Raises `ProviderError` if no headers arrive, and in a replay."""
        cassette = current_cassette.get()
        if cassette is not None and cassette.is_replay:
            raise replay_miss(self._provider)
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

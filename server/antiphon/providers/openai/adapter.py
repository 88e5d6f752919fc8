"""A provider that speaks OpenAI's chat completions.

Light by law: importing this module, or making a provider, imports no HTTP client. `prepare` does
that, and may run in a thread; else the first stream does.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from antiphon.providers.openai.address import check_headers, parse_base_url
from antiphon.providers.openai.key import ApiKey
from antiphon.providers.openai.quirks import Quirks, quirks_for
from antiphon.providers.openai.sse import MAX_LINE_BYTES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from antiphon.engine.deltas import Delta
    from antiphon.engine.ports import ChatRequest
    from antiphon.providers.openai.http import Http
    from antiphon.providers.openai.key import SecretValue
    from antiphon.providers.openai.listing import ListedModel


def prepare() -> None:
    """Imports what a stream needs (aiohttp: some tenths of a second); safe to run in a thread."""
    importlib.import_module("antiphon.providers.openai.exchange")
    importlib.import_module("antiphon.providers.openai.listing")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a stream is taken, and how long what is not its text is waited for."""

    line_bytes: int = MAX_LINE_BYTES
    answer_bytes: int = 16 * 1024 * 1024
    usage_s: float = 2.0
    """For usage, once the answer is over."""
    goodbye_s: float = 0.25
    """For the body's end after `[DONE]`, so that the connection can be kept."""
    refusal_s: float = 2.0
    """For the body of a refusal; its status and headers say the most."""


class OpenAICompatible:
    """Streams answers from one endpoint.

    The key and the headers are sent to the origin of `base_url` and to no other. Raises
    `ProviderError` for a `base_url` or `headers` that cannot be used.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        api_key: Callable[[], str | None] | SecretValue | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        quirks: Quirks | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        self.address = parse_base_url(base_url, name)
        self._extra_headers = check_headers(headers or {}, name)
        self.key = ApiKey(api_key, self._extra_headers.values())
        self.quirks = quirks or quirks_for(
            name, self.address.host, self.address.port, loopback=self.address.loopback
        )
        """The vendor's row; what a refusal teaches is remembered here."""
        self.limits = limits or Limits()
        self._http: Http | None = None

    def __repr__(self) -> str:
        return f"OpenAICompatible({self.name!r}, {self.address.origin!r})"

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer as it comes; see `antiphon.engine.ports.Provider`."""
        from antiphon.providers.openai.exchange import exchange  # noqa: PLC0415 - imports aiohttp

        return exchange(self, request)

    async def models(self, *, timeout_s: float = 5.0) -> list[ListedModel]:
        """What the endpoint lists. Raises `ProviderError`, also where it takes too long."""
        from antiphon.providers.openai.listing import listing  # noqa: PLC0415 - imports aiohttp

        return await listing(self, timeout_s)

    async def aclose(self) -> None:
        """Closes every connection; the provider can be used again."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    def headers(self) -> dict[str, str]:
        """What a request carries to this provider's origin.

        Raises `ProviderError` of kind `authentication` for a key that no header can carry.
        """
        key = self.key.read(self.name)
        headers = dict(self._extra_headers)
        if key and not any(name.lower() == "authorization" for name in headers):
            headers["Authorization"] = f"Bearer {key}"
        return headers

    def http(self) -> Http:
        """The connections, made by the loop that first asks for them."""
        if self._http is None:
            from antiphon.providers.openai.http import Http  # noqa: PLC0415 - imports aiohttp

            self._http = Http(self.address, self.name)
        return self._http

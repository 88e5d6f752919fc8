"""Holds the address, the key and the connections of one vendor's endpoint.

Every direct adapter is one. Making one imports no HTTP client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.providers.http.api_key import ApiKey
from antiphon.providers.http.base_url import check_headers, parse_base_url
from antiphon.providers.http.sse import MAX_LINE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.model.provider_config import Secret
    from antiphon.providers.http.client import Http


class Limits(Struct, frozen=True):
    """The greatest sizes of a stream, and the time limits for its other parts."""

    line_bytes: int = MAX_LINE_BYTES
    answer_bytes: int = 16 * 1024 * 1024
    usage_s: float = 2.0
    """For usage, once the answer is over."""
    goodbye_s: float = 0.25
    """For the body's end after `[DONE]`, so that the connection can be kept."""
    refusal_s: float = 2.0
    """For the body of a refusal: its status and headers already say the most."""


class Endpoint:
    """A provider's address, with the key and the headers of its requests.

    The key and the headers are sent to the origin of `base_url` and to no other. Raises
    `ProviderError` for a `base_url` or `headers` that cannot be used.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        api_key: Callable[[], str | None] | Secret | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        self.address = parse_base_url(base_url, name)
        self.extra_headers = check_headers(headers or {}, name)
        self.key = ApiKey(api_key, self.extra_headers.values())
        self.limits = limits or Limits()
        self._http: Http | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self.address.origin!r})"

    async def aclose(self) -> None:
        """Closes every connection. The endpoint can be used again."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    def http(self) -> Http:
        """Returns the connections, made in the loop that first asks for them."""
        if self._http is None:
            from antiphon.providers.http.client import Http  # noqa: PLC0415 - imports aiohttp

            self._http = Http(self.address, self.name)
        return self._http

"""Holds an endpoint that speaks OpenAI's dialect, and its vendor's differences.

Requests, model lists and queries for loaded models share this state. Making an endpoint imports no
HTTP client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.providers.http.endpoint import Endpoint, Limits
from antiphon.providers.openai.quirks import Quirks, quirks_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.model.provider_config import Secret


class OpenAIEndpoint(Endpoint):
    """One endpoint for chat completions."""

    def __init__(
        self,
        name: str,
        base_url: str,
        api_key: Callable[[], str | None] | Secret | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        quirks: Quirks | None = None,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(name, base_url, api_key, headers=headers, limits=limits)
        self.quirks = quirks or quirks_for(
            name, self.address.host, self.address.port, loopback=self.address.loopback
        )
        """The vendor's differences, with those that were learned from its refusals."""

    def headers(self) -> dict[str, str]:
        """Returns the headers of a request to this provider.

        Raises `ProviderError` of kind `authentication` for a key that no header can carry.
        """
        key = self.key.read(self.name)
        headers = dict(self.extra_headers)
        if key and not any(name.lower() == "authorization" for name in headers):
            headers["Authorization"] = f"Bearer {key}"
        return headers

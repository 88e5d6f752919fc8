"""Holds Groq's address, the differences learned from its refusals, and its SDK.

Requests and model lists share this state. Making an endpoint imports neither the SDK nor an HTTP
client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from antiphon.providers.http.endpoint import Endpoint, Limits
from antiphon.providers.openai.quirks import ROWS
from antiphon.providers.sdk_request import check_installed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.model.provider_config import Secret
    from antiphon.providers.groq.sdk import Sdk

VENDOR: Final = "https://api.groq.com"
SDK: Final = "groq"
QUIRKS: Final = replace(next(row for row in ROWS if row.name == "groq"), stream_options=False)
_OWN_PATH: Final = "/openai/v1"
"""What the SDK appends to its base URL. Users copy addresses that already have it."""


class GroqEndpoint(Endpoint):
    """The endpoint of Groq, or of a peer with the same API.

    `base_url` may end in `/openai/v1` or not. Raises `ProviderError` if the SDK is missing or an
    address cannot be used.
    """

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        api_key: Callable[[], str | None] | Secret | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        check_installed(SDK, "groq", name)
        base = (base_url or VENDOR).rstrip("/").removesuffix(_OWN_PATH)
        super().__init__(name, base, api_key, headers=headers, limits=limits)
        self.quirks = QUIRKS
        """The vendor's differences, with those that were learned from its refusals."""
        self._sdk: Sdk | None = None

    def sdk(self) -> Sdk:
        """Returns the SDK's client with the present key."""
        from antiphon.providers.groq.sdk import Sdk  # noqa: PLC0415 - imports the SDK

        key = self.key.read(self.name)
        if self._sdk is None or self._sdk.key != key:
            self._sdk = Sdk(self.address.url(""), key)
        return self._sdk

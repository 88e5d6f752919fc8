"""Gemini's endpoint: its address, what its models lack, and the SDK that writes its requests.

The state that a request and a list share. Making one imports neither the SDK nor an HTTP client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from antiphon.providers.http.endpoint import Endpoint, Limits
from antiphon.providers.sdk_request import check_installed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.model.provider_config import Secret
    from antiphon.providers.gemini.sdk import Sdk

VENDOR: Final = "https://generativelanguage.googleapis.com"
SDK: Final = "google.genai"
VERSIONS: Final = ("v1beta", "v1", "v1alpha")
"""Of the API; the first is taken where the address names none, since it alone has every field."""

UnsupportedFeature = Literal["penalties", "system", "thinking"]


class GeminiEndpoint(Endpoint):
    """Where Google AI Studio, or a peer that serves what it serves, is asked.

    `base_url` may end in a version of the API or not. Raises `ProviderError` if the SDK is missing
    or an address cannot be used.
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
        check_installed(SDK, "gemini", name)
        base, self.version = _without_version(base_url or VENDOR)
        super().__init__(name, base, api_key, headers=headers, limits=limits)
        self.lacks: set[tuple[str, UnsupportedFeature]] = set()
        """What a refusal taught that a model does not have."""
        self._sdk: Sdk | None = None

    def sdk(self) -> Sdk:
        """The SDK's client with the key of this moment."""
        from antiphon.providers.gemini.sdk import Sdk  # noqa: PLC0415 - imports the SDK

        key = self.key.read(self.name)
        if self._sdk is None or self._sdk.key != key:
            self._sdk = Sdk(self.address.url(""), key, self.version)
        return self._sdk


def _without_version(base_url: str) -> tuple[str, str]:
    """An address without the version of the API, and that version."""
    base = base_url.rstrip("/").removesuffix("/models")
    for version in VERSIONS:
        if base.endswith(f"/{version}"):
            return base.removesuffix(f"/{version}"), version
    return base, VERSIONS[0]

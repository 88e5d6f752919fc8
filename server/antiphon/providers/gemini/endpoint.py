"""Holds Gemini's address, the features that its models lack, and its SDK.

Requests and model lists share this state. Making an endpoint imports neither the SDK nor an HTTP
client.
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
"""Versions of the API. The first is the default, since it alone has every field."""

UnsupportedFeature = Literal["penalties", "system", "thinking"]


class GeminiEndpoint(Endpoint):
    """The endpoint of Google AI Studio, or of a peer with the same API.

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
        """Features that a model lacks, as learned from its refusals."""
        self._sdk: Sdk | None = None

    def sdk(self) -> Sdk:
        """Returns the SDK's client with the present key."""
        from antiphon.providers.gemini.sdk import Sdk  # noqa: PLC0415 - imports the SDK

        key = self.key.read(self.name)
        if self._sdk is None or self._sdk.key != key:
            self._sdk = Sdk(self.address.url(""), key, self.version)
        return self._sdk


def _without_version(base_url: str) -> tuple[str, str]:
    """Returns an address without the version of the API, and that version."""
    base = base_url.rstrip("/").removesuffix("/models")
    for version in VERSIONS:
        if base.endswith(f"/{version}"):
            return base.removesuffix(f"/{version}"), version
    return base, VERSIONS[0]

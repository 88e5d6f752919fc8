"""Google's models by the Gemini API.

Light by law: importing this module, or making a provider, imports neither Google's SDK nor an HTTP
client. `prepare` does that, and may run in a thread; else the first stream does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final, Literal

from antiphon.providers.http.endpoint import Endpoint, Limits
from antiphon.providers.sdk_request import check_installed, is_installed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta
    from antiphon.providers.gemini.sdk import Sdk
    from antiphon.providers.http.api_key import SecretValue
    from antiphon.providers.openai.models import ListedModel

VENDOR: Final = "https://generativelanguage.googleapis.com"
SDK: Final = "google.genai"
VERSIONS: Final = ("v1beta", "v1", "v1alpha")
"""Of the API; the first is taken where the address names none, since it alone has every field."""

UnsupportedFeature = Literal["penalties", "system", "thinking"]


def prepare() -> None:
    """Imports what a stream needs, and warms it up; safe to run in a thread."""
    if is_installed(SDK):
        importlib.import_module("antiphon.providers.gemini.exchange")
        importlib.import_module("antiphon.providers.gemini.models")
        importlib.import_module("antiphon.providers.gemini.sdk").warm_up()


class GeminiProvider(Endpoint):
    """Streams answers from Google AI Studio, or from a peer that serves what it serves.

    `base_url` may end in a version of the API or not. Raises `ProviderError` where the SDK is
    missing or an address cannot be used.
    """

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        api_key: Callable[[], str | None] | SecretValue | None = None,
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

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer as it comes; see `antiphon.engine.ports.Provider`."""
        from antiphon.providers.gemini.exchange import stream_chat  # noqa: PLC0415 - imports the SDK

        return stream_chat(self, request)

    async def models(self, *, timeout_s: float = 5.0) -> list[ListedModel]:
        """The models that answer chats. Raises `ProviderError`, also where it takes too long."""
        from antiphon.providers.gemini.models import list_models  # noqa: PLC0415 - imports the SDK

        return await list_models(self, timeout_s)

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

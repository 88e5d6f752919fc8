"""A provider that speaks OpenAI's chat completions.

Light by law: importing this module, or making a provider, imports no HTTP client. `prepare` does
that, and may run in a thread; else the first stream does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from antiphon.providers.http.endpoint import Endpoint, Limits
from antiphon.providers.openai.quirks import Quirks, quirks_for

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta
    from antiphon.providers.http.api_key import SecretValue
    from antiphon.providers.openai.models import ListedModel

__all__ = ["Limits", "OpenAICompatible", "prepare"]


def prepare() -> None:
    """Imports what a stream needs (aiohttp: some tenths of a second); safe to run in a thread."""
    importlib.import_module("antiphon.providers.openai.exchange")
    importlib.import_module("antiphon.providers.openai.models")


class OpenAICompatible(Endpoint):
    """Streams answers from one endpoint."""

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
        super().__init__(name, base_url, api_key, headers=headers, limits=limits)
        self.quirks = quirks or quirks_for(
            name, self.address.host, self.address.port, loopback=self.address.loopback
        )
        """The vendor's row; what a refusal teaches is remembered here."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer as it comes; see `antiphon.engine.ports.Provider`."""
        from antiphon.providers.openai.exchange import stream_chat  # noqa: PLC0415 - imports aiohttp

        return stream_chat(self, request)

    async def models(self, *, timeout_s: float = 5.0) -> list[ListedModel]:
        """What the endpoint lists. Raises `ProviderError`, also where it takes too long."""
        from antiphon.providers.openai.models import list_models  # noqa: PLC0415 - imports aiohttp

        return await list_models(self, timeout_s)

    async def loaded_models(self) -> frozenset[str] | None:
        """The models that a server on this machine has in memory; `None` where it cannot say."""
        from antiphon.providers.openai.loaded_models import loaded  # noqa: PLC0415 - imports aiohttp

        return await loaded(self)

    def headers(self) -> dict[str, str]:
        """What a request carries to this provider's origin.

        Raises `ProviderError` of kind `authentication` for a key that no header can carry.
        """
        key = self.key.read(self.name)
        headers = dict(self.extra_headers)
        if key and not any(name.lower() == "authorization" for name in headers):
            headers["Authorization"] = f"Bearer {key}"
        return headers

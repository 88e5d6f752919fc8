"""A provider that speaks OpenAI's chat completions.

Light by law: importing this module, or making a provider, imports no HTTP client. `prepare` does
that, and may run in a thread; else the first stream does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from antiphon.providers.http.endpoint import Limits
from antiphon.providers.openai.endpoint import OpenAIEndpoint

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta
    from antiphon.providers.openai.models import ListedModel

__all__ = ["Limits", "OpenAICompatible", "prepare"]


def prepare() -> None:
    """Imports what a stream needs (aiohttp: some tenths of a second); safe to run in a thread."""
    importlib.import_module("antiphon.providers.openai.exchange")
    importlib.import_module("antiphon.providers.openai.models")


class OpenAICompatible(OpenAIEndpoint):
    """Streams answers from one endpoint."""

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

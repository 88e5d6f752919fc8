"""Implements a provider that speaks OpenAI's chat completions.

Importing this module, or making a provider, must not import an HTTP client: it happens at start.
`prepare` imports it and may run in a thread. Otherwise the first stream does.
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
    from antiphon.providers.openai.models import UnparsedModel

__all__ = ["Limits", "OpenAICompatible", "prepare"]


def prepare() -> None:
    """Imports what a stream needs. Safe to run in a thread.

    aiohttp takes some tenths of a second.
    """
    importlib.import_module("antiphon.providers.openai.exchange")
    importlib.import_module("antiphon.providers.openai.models")


class OpenAICompatible(OpenAIEndpoint):
    """Streams the answers of one endpoint."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Yields the answer's deltas as they arrive (see `antiphon.engine.ports.Provider`)."""
        from antiphon.providers.openai.exchange import stream_chat  # noqa: PLC0415 - imports aiohttp

        return stream_chat(self, request)

    async def models(self, *, timeout_s: float = 5.0) -> list[UnparsedModel]:
        """Returns the models that the endpoint lists.

        Raises `ProviderError`, also if the list takes longer than `timeout_s` seconds.
        """
        from antiphon.providers.openai.models import list_models  # noqa: PLC0415 - imports aiohttp

        return await list_models(self, timeout_s)

    async def loaded_models(self) -> frozenset[str] | None:
        """Returns the models that a local server has in memory, or `None` if unknown."""
        from antiphon.providers.openai.loaded_models import loaded  # noqa: PLC0415 - imports aiohttp

        return await loaded(self)

"""Implements the provider of Groq's models.

Importing this module, or making a provider, must import neither Groq's SDK nor an HTTP client: it
happens at start. `prepare` imports them and may run in a thread. Otherwise the first stream does.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from antiphon.providers.groq.endpoint import SDK, GroqEndpoint
from antiphon.providers.sdk_request import is_installed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from antiphon.engine.ports import ChatRequest
    from antiphon.engine.ports.deltas import Delta
    from antiphon.providers.openai.models import UnparsedModel


def prepare() -> None:
    """Imports what a stream needs and warms it up. Safe to run in a thread."""
    if is_installed(SDK):
        importlib.import_module("antiphon.providers.groq.exchange")
        importlib.import_module("antiphon.providers.groq.models")
        importlib.import_module("antiphon.providers.groq.sdk").warm_up()


class GroqProvider(GroqEndpoint):
    """Streams the answers of Groq, or of a peer with the same API."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Yields the answer's deltas as they arrive (see `antiphon.engine.ports.Provider`)."""
        from antiphon.providers.groq.exchange import stream_chat  # noqa: PLC0415 - imports the SDK

        return stream_chat(self, request)

    async def models(self, *, timeout_s: float = 5.0) -> list[UnparsedModel]:
        """Returns the models that Groq lists.

        Raises `ProviderError`, also if the list takes longer than `timeout_s` seconds.
        """
        from antiphon.providers.groq.models import list_models  # noqa: PLC0415 - imports the SDK

        return await list_models(self, timeout_s)

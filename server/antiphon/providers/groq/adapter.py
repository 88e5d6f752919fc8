"""Groq's models.

Light by law: importing this module, or making a provider, imports neither Groq's SDK nor an HTTP
client. `prepare` does that, and may run in a thread; else the first stream does.
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
    from antiphon.providers.openai.models import ListedModel


def prepare() -> None:
    """Imports what a stream needs, and warms it up; safe to run in a thread."""
    if is_installed(SDK):
        importlib.import_module("antiphon.providers.groq.exchange")
        importlib.import_module("antiphon.providers.groq.models")
        importlib.import_module("antiphon.providers.groq.sdk").warm_up()


class GroqProvider(GroqEndpoint):
    """Streams answers from Groq, or from a peer that serves what Groq serves."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer as it comes; see `antiphon.engine.ports.Provider`."""
        from antiphon.providers.groq.exchange import stream_chat  # noqa: PLC0415 - imports the SDK

        return stream_chat(self, request)

    async def models(self, *, timeout_s: float = 5.0) -> list[ListedModel]:
        """What Groq lists. Raises `ProviderError`, also where it takes too long."""
        from antiphon.providers.groq.models import list_models  # noqa: PLC0415 - imports the SDK

        return await list_models(self, timeout_s)

"""Writes requests with Groq's SDK and sends none. Importing this module imports it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import groq

from antiphon.providers.sdk_request import (
    NO_KEY,
    CapturingTransport,
    SdkRequest,
    capture_request,
    quiet_loggers,
)

if TYPE_CHECKING:
    import httpx

quiet_loggers("groq", "httpx")


class Sdk:
    """The SDK's client for one address and one key."""

    def __init__(self, base_url: str, key: str | None) -> None:
        self.key = key
        transport = cast("httpx.AsyncBaseTransport", CapturingTransport())
        self._client = groq.AsyncGroq(
            api_key=key or NO_KEY,
            base_url=base_url,
            max_retries=0,
            http_client=groq.DefaultAsyncHttpxClient(transport=transport, trust_env=False),
        )

    async def chat(
        self, model: str, messages: list[dict[str, str]], params: dict[str, Any]
    ) -> SdkRequest:
        """Writes a request for a stream. Raises `ProviderError` if that fails."""
        turns = cast("Any", messages)  # the SDK has a type for each role
        create = self._client.chat.completions.create
        return await capture_request(
            create(model=model, messages=turns, stream=True, extra_body=params)
        )

    async def models(self) -> SdkRequest:
        """Writes a request for the list of models."""
        return await capture_request(self._client.models.list())


def warm_up() -> None:
    """Writes one request, since the first takes forty times as long as the next.

    Meant to run in a thread.
    """
    sdk = Sdk("http://localhost", None)
    asyncio.run(sdk.chat("", [], {}))

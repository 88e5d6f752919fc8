"""Writes requests with Google's SDK and sends none. Importing this module imports it.

The SDK reads nothing of the environment: neither `GOOGLE_API_KEY`, nor the switch to Vertex AI, nor
proxies. By itself it would send with aiohttp if that is importable, and retry a failed connection
after up to ten seconds. With a transport of ours it does neither.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any, Final, cast

from google import genai
from google.genai import types

from antiphon.providers.sdk_request import (
    NO_KEY,
    CapturingTransport,
    SdkRequest,
    capture_request,
    quiet_loggers,
)

quiet_loggers("google_genai", "httpx", "httpx2")

PAGE: Final = 1000
"""Models on one page of the list: the greatest number that Google allows."""


class Sdk:
    """The SDK's client for one address, one key and one version of the API."""

    def __init__(self, base_url: str, key: str | None, version: str) -> None:
        self.key = key
        # With this it reads no files of certificates: it never opens a connection of its own.
        blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client: dict[str, Any] = {
            "transport": CapturingTransport(),
            "trust_env": False,
            "verify": blind,
        }
        options = types.HttpOptions(
            base_url=base_url,
            api_version=version,
            retry_options=types.HttpRetryOptions(attempts=1),
            client_args=client,
            async_client_args={**client, "ssl": blind},
        )
        self._client = genai.Client(api_key=key or NO_KEY, vertexai=False, http_options=options)

    async def chat(
        self, model: str, contents: list[types.Content], config: dict[str, Any]
    ) -> SdkRequest:
        """Writes a request for a stream. Raises `ProviderError` if that fails."""
        return await capture_request(self._stream(model, contents, config))

    async def models(self, page: str | None) -> SdkRequest:
        """Writes a request for one page of the list of models."""
        config = types.ListModelsConfig(page_size=PAGE, page_token=page)
        return await capture_request(self._client.aio.models.list(config=config))

    async def _stream(
        self, model: str, contents: list[types.Content], config: dict[str, Any]
    ) -> None:
        made = types.GenerateContentConfig.model_validate(config)
        models = cast("Any", self._client.aio.models)  # some of its types need optional packages
        stream = await models.generate_content_stream(
            model=model, contents=[*contents], config=made
        )
        async for _ in stream:
            pass


def warm_up() -> None:
    """Writes one request, since the first takes twenty times as long as the next.

    Meant to run in a thread.
    """
    sdk = Sdk("http://localhost", None, "v1beta")
    turn = types.Content(role="user", parts=[types.Part(text="")])
    asyncio.run(sdk.chat("gemini", [turn], {}))

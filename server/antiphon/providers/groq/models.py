"""The models that Groq lists, in OpenAI's shape with its own names of their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.providers.openai.models import ListedModel, fetch_json, models_in
from antiphon.providers.sdk_request import endpoint_of, headers_of

if TYPE_CHECKING:
    from antiphon.providers.groq.endpoint import GroqEndpoint
    from antiphon.providers.http.client import Response


async def list_models(provider: GroqEndpoint, timeout_s: float) -> list[ListedModel]:
    """The models, in Groq's order. Raises `ProviderError`."""
    written = await provider.sdk().models()
    headers = headers_of(written, provider, "authorization")

    async def get() -> Response:
        return await provider.http().get(endpoint_of(written, provider), headers, timeout_s)

    return models_in(await fetch_json(provider, get, timeout_s), provider.name)

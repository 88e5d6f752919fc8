"""Lists Groq's models, in OpenAI's shape with Groq's own names of their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.providers.openai.models import UnparsedModel, fetch_json, parse_models
from antiphon.providers.sdk_request import build_headers, endpoint_path

if TYPE_CHECKING:
    from antiphon.providers.groq.endpoint import GroqEndpoint
    from antiphon.providers.http.response import Response


async def list_models(provider: GroqEndpoint, timeout_s: float) -> list[UnparsedModel]:
    """Returns the models, in Groq's order. Raises `ProviderError`."""
    written = await provider.sdk().models()
    headers = build_headers(written, provider, "authorization")

    async def get() -> Response:
        return await provider.http().get(endpoint_path(written, provider), headers, timeout_s)

    return parse_models(await fetch_json(provider, get, timeout_s), provider.name)

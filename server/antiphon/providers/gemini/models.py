"""Lists Google's models, page by page.

https://ai.google.dev/api/models#Model. Those that generate no content are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import anyio

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.gemini.errors import refusal
from antiphon.providers.gemini.exchange import KEY_HEADER
from antiphon.providers.openai.models import ListedModel, fetch_json
from antiphon.providers.sdk_request import build_headers, endpoint_path

if TYPE_CHECKING:
    from antiphon.providers.gemini.endpoint import GeminiEndpoint
    from antiphon.providers.http.response import Response

MAX_PAGES: Final = 10


async def list_models(provider: GeminiEndpoint, timeout_s: float) -> list[ListedModel]:
    """Returns the models, in Google's order. Raises `ProviderError`."""
    models: list[ListedModel] = []
    page: str | None = None
    until = anyio.current_time() + timeout_s
    for _ in range(MAX_PAGES):
        value = await _fetch_page(provider, page, until - anyio.current_time())
        models += parse_models(value, provider.name)
        following: Any = value.get("nextPageToken")
        if not following or not isinstance(following, str):
            break
        page = following
    return models


def parse_models(value: dict[str, Any], provider: str) -> list[ListedModel]:
    """Returns the models of one decoded page that answer chats.

    Raises `ProviderError` of kind `malformed_stream` if it is not a list.
    """
    listed: Any = value.get("models", [])
    if not isinstance(listed, list):
        raise _not_a_list(provider)
    found = [_parse_model(item) for item in cast("list[Any]", listed)]
    return [model for model in found if model is not None]


def _parse_model(item: object) -> ListedModel | None:
    if not isinstance(item, dict):
        return None
    fields = cast("dict[str, Any]", item)
    name, shown = fields.get("name"), fields.get("displayName")
    methods: Any = fields.get("supportedGenerationMethods")
    generates = not isinstance(methods, list) or "generateContent" in methods
    if not isinstance(name, str) or not name.isprintable() or not generates:
        return None
    identity = name.removeprefix("models/")
    proper = isinstance(shown, str) and shown != identity and shown.isprintable()
    return ListedModel(
        id=identity,
        name=str(shown) if proper else None,
        context_window=_parse_limit(fields.get("inputTokenLimit")),
        max_output_tokens=_parse_limit(fields.get("outputTokenLimit")),
    )


def _parse_limit(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


async def _fetch_page(
    provider: GeminiEndpoint, page: str | None, timeout_s: float
) -> dict[str, Any]:
    written = await provider.sdk().models(page)
    headers = build_headers(written, provider, KEY_HEADER)

    async def get() -> Response:
        return await provider.http().get(endpoint_path(written, provider), headers, timeout_s)

    value = await fetch_json(provider, get, timeout_s, refusal)
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    raise _not_a_list(provider.name)


def _not_a_list(provider: str) -> ProviderError:
    message = f"{provider} did not answer with a list of models."
    return ProviderError(Failure.of("malformed_stream", message, provider=provider))

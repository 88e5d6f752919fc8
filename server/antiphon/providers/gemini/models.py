"""The models that Google lists, a page after the other.

https://ai.google.dev/api/models#Model; those that generate no content are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import anyio

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.gemini.errors import refusal
from antiphon.providers.gemini.exchange import KEY_HEADER
from antiphon.providers.openai.models import ListedModel, fetch_json
from antiphon.providers.sdk_request import endpoint_of, headers_of

if TYPE_CHECKING:
    from antiphon.providers.gemini.endpoint import GeminiEndpoint
    from antiphon.providers.http.client import Response

MAX_PAGES: Final = 10


async def list_models(provider: GeminiEndpoint, timeout_s: float) -> list[ListedModel]:
    """The models, in Google's order. Raises `ProviderError`."""
    models: list[ListedModel] = []
    page: str | None = None
    until = anyio.current_time() + timeout_s
    for _ in range(MAX_PAGES):
        value = await _page(provider, page, until - anyio.current_time())
        models += models_in(value, provider.name)
        following: Any = value.get("nextPageToken")
        if not following or not isinstance(following, str):
            break
        page = following
    return models


def models_in(value: dict[str, Any], provider: str) -> list[ListedModel]:
    """The models of one decoded page that answer chats.

    Raises `ProviderError` of kind `malformed_stream` where it is no list.
    """
    rows: Any = value.get("models", [])
    if not isinstance(rows, list):
        raise _no_list(provider)
    found = [_model(row) for row in cast("list[Any]", rows)]
    return [model for model in found if model is not None]


def _model(item: object) -> ListedModel | None:
    if not isinstance(item, dict):
        return None
    row = cast("dict[str, Any]", item)
    name, shown = row.get("name"), row.get("displayName")
    methods: Any = row.get("supportedGenerationMethods")
    generates = not isinstance(methods, list) or "generateContent" in methods
    if not isinstance(name, str) or not name.isprintable() or not generates:
        return None
    identity = name.removeprefix("models/")
    proper = isinstance(shown, str) and shown != identity and shown.isprintable()
    return ListedModel(
        id=identity,
        name=str(shown) if proper else None,
        context_window=_number(row.get("inputTokenLimit")),
        max_output_tokens=_number(row.get("outputTokenLimit")),
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


async def _page(provider: GeminiEndpoint, page: str | None, timeout_s: float) -> dict[str, Any]:
    asked = await provider.sdk().models(page)
    headers = headers_of(asked, provider, KEY_HEADER)

    async def get() -> Response:
        return await provider.http().get(endpoint_of(asked, provider), headers, timeout_s)

    value = await fetch_json(provider, get, timeout_s, refusal)
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    raise _no_list(provider.name)


def _no_list(provider: str) -> ProviderError:
    message = f"{provider} did not answer with a list of models."
    return ProviderError(Failure.of("malformed_stream", message, provider=provider))

"""The models that an endpoint lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import anyio
import msgspec

from antiphon.engine.ports import Price
from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.http.client import BROKEN
from antiphon.providers.http.error_body import error_outside
from antiphon.providers.openai.chunks import UNREADABLE
from antiphon.providers.openai.error_response import bytes_of, refusal
from antiphon.providers.openai.errors import stream_error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.providers.http.client import Response
    from antiphon.providers.http.endpoint import Endpoint
    from antiphon.providers.openai.endpoint import OpenAIEndpoint

    Refusing = Callable[[Response, bytes, Endpoint], ProviderError]

MAX_LIST_BYTES: Final = 16 * 1024 * 1024

_WINDOWS: Final = (
    "context_window",
    "context_length",
    "max_context_length",
    "max_model_len",
    "n_ctx",
)
_OUTPUTS: Final = ("max_completion_tokens", "max_output_tokens")
_DECIMAL: Final = re.compile(r"\d{1,9}(\.\d{1,18})?(e-\d{1,2})?", re.ASCII | re.IGNORECASE)
_NESTED: Final = ("top_provider", "meta")


@dataclass(frozen=True, slots=True)
class ListedModel:
    """What a provider's own list says of one model."""

    id: str
    name: str | None = None
    """For people, where it differs from the id."""
    context_window: int | None = None
    """In tokens."""
    max_output_tokens: int | None = None
    price: Price | None = None
    """By the provider's own word, in the form of OpenRouter's list."""


async def list_models(provider: OpenAIEndpoint, timeout_s: float) -> list[ListedModel]:
    """The models by `GET {base}/models`, in the provider's order. Raises `ProviderError`."""

    async def get() -> Response:
        return await provider.http().get("/models", provider.headers(), timeout_s)

    return models_in(await fetch_json(provider, get, timeout_s), provider.name)


async def fetch_json(
    provider: Endpoint,
    get: Callable[[], Awaitable[Response]],
    timeout_s: float,
    refused: Refusing = refusal,
) -> Any:
    """The decoded JSON of what `get` asks for; `None` where it is none.

    Raises `ProviderError`; of kind `timeout_connect` where it is not there in time.
    """
    with anyio.move_on_after(timeout_s):
        response = await get()
        try:
            if response.status != 200:
                said = await bytes_of(response, provider.limits.refusal_s)
                raise refused(response, said, provider)
            try:
                value: Any = msgspec.json.decode(await response.body(MAX_LIST_BYTES))
            except (*BROKEN, *UNREADABLE):
                return None
            if isinstance(value, dict) and error_outside(cast("Any", value)):
                raise stream_error(value, provider.name, provider.key.scrub, after_content=False)
            return cast("Any", value)
        finally:
            response.close()
    message = f"{provider.name} did not list its models in {timeout_s:g} seconds."
    raise ProviderError(Failure.of("timeout_connect", message, provider=provider.name))


def models_in(value: Any, provider: str) -> list[ListedModel]:
    """The models of a decoded list, in any of the shapes that servers send.

    Raises `ProviderError` of kind `malformed_stream` where it is no list.
    """
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        value = found.get("data") if isinstance(found.get("data"), list) else found.get("models")
    if not isinstance(value, list):
        message = f"{provider} did not answer with a list of models."
        raise ProviderError(Failure.of("malformed_stream", message, provider=provider))
    models = [_model(item) for item in cast("list[Any]", value)]
    return [model for model in models if model is not None]


def _model(item: object) -> ListedModel | None:
    if not isinstance(item, dict):
        return None
    value = cast("dict[str, Any]", item)
    name = value.get("id") or value.get("name")
    if not isinstance(name, str) or not name.isprintable():
        return None
    shown = value.get("display_name") or value.get("name")
    return ListedModel(
        id=name,
        name=shown if isinstance(shown, str) and shown != name and shown.isprintable() else None,
        context_window=_number(value, _WINDOWS),
        max_output_tokens=_number(value, _OUTPUTS),
        price=_price(value.get("pricing")),
    )


def _price(pricing: object) -> Price | None:
    """US dollars a token, as strings (https://openrouter.ai/docs/api-reference/list-available-models).

    Zero stands there for what has no price of its own, but for the tokens themselves. What costs
    something for each request is paid in another way: then the price is not known.
    """
    if not isinstance(pricing, dict):
        return None
    given = {name: _dollars(value) for name, value in cast("dict[str, Any]", pricing).items()}
    taken, made = given.get("prompt"), given.get("completion")
    if taken is None or made is None or given.get("request"):
        return None
    return Price(
        taken,
        made,
        cached_input=given.get("input_cache_read") or None,
        reasoning=given.get("internal_reasoning") or None,
        cache_write=given.get("input_cache_write") or None,
    )


def _dollars(value: object) -> Decimal | None:
    """For a million tokens; routers that choose the model say -1."""
    return _for_a_million(value) if isinstance(value, str) else None


@lru_cache(maxsize=1024)  # long lists repeat few prices
def _for_a_million(value: str) -> Decimal | None:
    return (Decimal(value) * 1_000_000).normalize() if _DECIMAL.fullmatch(value) else None


def _number(value: dict[str, Any], keys: tuple[str, ...]) -> int | None:
    for place in (value, *map(value.get, _NESTED)):
        if isinstance(place, dict):
            for key in keys:
                number: Any = cast("dict[str, Any]", place).get(key)
                if isinstance(number, int) and not isinstance(number, bool) and number > 0:
                    return number
    return None

"""Lists the models of an endpoint."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import anyio
import msgspec
from msgspec import Struct

from antiphon.engine.ports import Price
from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.providers.http.error_body import error_outside
from antiphon.providers.http.response import BROKEN
from antiphon.providers.openai.chunks import UNREADABLE
from antiphon.providers.openai.error_response import read_refusal, refusal
from antiphon.providers.openai.errors import stream_error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from antiphon.providers.http.endpoint import Endpoint
    from antiphon.providers.http.response import Response
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


class ListedModel(Struct, frozen=True):
    """One model in a provider's own list."""

    id: str
    name: str | None = None
    """A name for users, if it differs from the id."""
    context_window: int | None = None
    """In tokens."""
    max_output_tokens: int | None = None
    price: Price | None = None
    """The provider's own price, in the form of OpenRouter's list."""


class UnparsedModel:
    """One model of a decoded list, parsed when more than its id is read.

    A gateway lists 20,000, of which a completion shows a few.
    """

    __slots__ = ("_item", "_parsed", "id")

    def __init__(self, name: str, item: Mapping[str, Any]) -> None:
        self.id = name
        self._item: Mapping[str, Any] = item
        self._parsed: ListedModel | None = None

    @property
    def parsed(self) -> ListedModel:
        if self._parsed is None:
            self._parsed, self._item = _parse_model(self.id, self._item), {}
        return self._parsed

    @property
    def name(self) -> str | None:
        return self.parsed.name

    @property
    def context_window(self) -> int | None:
        return self.parsed.context_window

    @property
    def max_output_tokens(self) -> int | None:
        return self.parsed.max_output_tokens

    @property
    def price(self) -> Price | None:
        return self.parsed.price


async def list_models(provider: OpenAIEndpoint, timeout_s: float) -> list[UnparsedModel]:
    """Returns the models of `GET {base}/models`, in its order. Raises `ProviderError`."""

    async def get() -> Response:
        return await provider.http().get("/models", provider.headers(), timeout_s)

    return parse_models(await fetch_json(provider, get, timeout_s), provider.name)


async def fetch_json(
    provider: Endpoint,
    get: Callable[[], Awaitable[Response]],
    timeout_s: float,
    refused: Refusing = refusal,
) -> Any:
    """Returns the decoded JSON that `get` asks for, or `None` if it is not JSON.

    Raises `ProviderError`, of kind `timeout_connect` if it takes longer than `timeout_s` seconds.
    """
    with anyio.move_on_after(timeout_s):
        response = await get()
        try:
            if response.status != 200:
                body = await read_refusal(response, provider.limits.refusal_s)
                raise refused(response, body, provider)
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


def parse_models(value: Any, provider: str) -> list[UnparsedModel]:
    """Returns the models of a decoded list, in any of the shapes that servers send.

    Raises `ProviderError` of kind `malformed_stream` if it is not a list.
    """
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        value = found.get("data") if isinstance(found.get("data"), list) else found.get("models")
    if not isinstance(value, list):
        message = f"{provider} did not answer with a list of models."
        raise ProviderError(Failure.of("malformed_stream", message, provider=provider))
    rows = cast("list[Any]", value)
    items = [cast("dict[str, Any]", item) for item in rows if isinstance(item, dict)]
    named = [(item.get("id") or item.get("name"), item) for item in items]
    return [
        UnparsedModel(name, item)
        for name, item in named
        if isinstance(name, str) and name.isprintable()
    ]


def _parse_model(name: str, item: Mapping[str, Any]) -> ListedModel:
    shown = item.get("display_name") or item.get("name")
    return ListedModel(
        id=name,
        name=shown if isinstance(shown, str) and shown != name and shown.isprintable() else None,
        context_window=_first_number(item, _WINDOWS),
        max_output_tokens=_first_number(item, _OUTPUTS),
        price=_parse_price(item.get("pricing")),
    )


def _parse_price(pricing: object) -> Price | None:
    """Returns the price in OpenRouter's form, or `None` if it is unknown.

    It gives US dollars for a token, as strings
    (https://openrouter.ai/docs/api-reference/list-available-models). Zero means "no price of its
    own" for all but the tokens of prompt and completion. A model that costs something for each
    request cannot be priced by tokens alone.
    """
    if not isinstance(pricing, dict):
        return None
    given = {name: _parse_dollars(value) for name, value in cast("dict[str, Any]", pricing).items()}
    prompt, completion = given.get("prompt"), given.get("completion")
    if prompt is None or completion is None or given.get("request"):
        return None
    return Price(
        prompt,
        completion,
        cached_input=given.get("input_cache_read") or None,
        reasoning=given.get("internal_reasoning") or None,
        cache_write=given.get("input_cache_write") or None,
    )


def _parse_dollars(value: object) -> Decimal | None:
    """Returns dollars for a million tokens, or `None`: routers that choose a model send -1."""
    return _to_million_tokens(value) if isinstance(value, str) else None


@lru_cache(maxsize=1024)  # a long list repeats few prices
def _to_million_tokens(value: str) -> Decimal | None:
    return (Decimal(value) * 1_000_000).normalize() if _DECIMAL.fullmatch(value) else None


def _first_number(value: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    for fields in (value, *map(value.get, _NESTED)):
        if isinstance(fields, dict):
            for key in keys:
                number: Any = cast("dict[str, Any]", fields).get(key)
                if number.__class__ is int and number > 0:  # not `bool`, which is an `int` too
                    return number
    return None

"""Defines what the engine needs from the providers of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
    from decimal import Decimal

    from antiphon.engine.ports.deltas import Delta, ProviderError
    from antiphon.model.commands.models import PriceSource
    from antiphon.model.values.model_info import ModelInfo, ProviderStatus


class ChatTurn(Struct, frozen=True):
    """One message as it is sent to a provider."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatRequest(Struct, frozen=True):
    """What one pane asks of its model."""

    model: str
    """The provider's own name of the model, without the provider's prefix."""
    turns: Sequence[ChatTurn]
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """temperature, max_tokens, top_p, seed, stop and any others, by wire-neutral names."""
    connect_timeout_s: float = 5.0


class Provider(Protocol):
    """A vendor of models: one method."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Streams the answer, and closes the connection when the iterator is closed.

        Raises `ProviderError` for every external error. Does not retry, and limits only the time to
        connect: both belong to the engine.
        """
        ...


class Price(Struct, frozen=True):
    """US dollars for a million tokens of each class."""

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    """`None`: as `input`."""
    reasoning: Decimal | None = None
    """`None`: as `output`."""
    tiers: Sequence[PriceTier] = ()
    """Other prices for longer prompts, by rising `above`."""
    cache_write: Decimal | None = None
    """Of input that is put into the provider's cache; `None`: as `input`."""


class PriceTier(Struct, frozen=True):
    """The price of a whole request whose prompt has more than `above` tokens."""

    above: int
    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    reasoning: Decimal | None = None
    cache_write: Decimal | None = None


class Host(Struct, frozen=True):
    """The destination of a provider's requests, as far as they share its limits."""

    key: str
    """Providers with the same key share the slots: one API key, or one port of this machine."""
    places: int
    """How many streams may run at once."""
    local: bool = False
    """Whether it is this machine, which loads a model before it answers."""
    shared_name: str = ""
    """What other servers call it too, without a key or an address; empty if it is not shared."""


class ProviderSource(Protocol):
    """Lists providers, and makes them ready to answer."""

    def names(self) -> Sequence[str]:
        """Returns the names of all providers, configured or discovered."""
        ...

    async def discover(self) -> None:
        """Discovers providers that are not configured, and adds them to `names`."""
        ...

    def provider(self, name: str) -> Provider:
        """Returns the provider of that name, loaded on first use.

        Raises `ProviderError` if it cannot be used (no key, no address), with what to set.
        """
        ...

    async def prepare(self, name: str) -> None:
        """Imports what the provider needs, as often as it is called, without blocking the loop."""
        ...

    async def ready(self, name: str) -> None:
        """Starts the process that the provider's streams need, if it is not running.

        Raises `ProviderError` if it does not start.
        """
        ...

    def host(self, name: str) -> Host:
        """Returns the host of its requests, and how many streams may run there."""
        ...

    async def loaded_models(self, name: str) -> Collection[str] | None:
        """Returns the names of the models that the local host has in memory.

        Returns `None` if the host does not answer within a short time. Raises nothing.
        """
        ...

    async def aclose(self) -> None:
        """Closes every connection."""
        ...


class ModelCatalog(Protocol):
    """Knows models, configured or not."""

    async def models(
        self, *, refresh: bool = False, query: str = "", providers: Collection[str] | None = None
    ) -> Sequence[ModelInfo]:
        """Returns the known models of `providers` that match `query`, the available first."""
        ...

    async def ids(
        self, *, refresh: bool = False, providers: Collection[str] | None = None
    ) -> Sequence[str]:
        """Returns the ids of the models of `providers` that can be asked now."""
        ...

    def model_info(self, model_id: str) -> ModelInfo:
        """Returns the card of one model, a bare one if it is not listed."""
        ...

    def nearest_models(self, model_id: str, limit: int = 3) -> Sequence[str]:
        """Returns the known ids most like `model_id`, best first, without requests."""
        ...

    async def siblings(self, model_id: str, limit: int = 3) -> Sequence[str]:
        """Returns the ids most like `model_id` that its provider lists, by a request if needed."""
        ...

    def price(self, model_id: str) -> Price | None:
        """Returns the model's price, or `None` if it is unknown."""
        ...

    @property
    def price_source(self) -> PriceSource | None:
        """The table that prices come from, or `None` before it is read."""
        ...

    async def count_tokens(
        self, model_id: str, turns: Sequence[ChatTurn], *, patient: bool
    ) -> int | None:
        """Counts the tokens of `turns` with the model's tokenizer, or returns `None`.

        Loading a tokenizer takes tenths of a second: only a `patient` caller waits for that. What
        else is known about the model (its price) is loaded afterwards in any case.
        """
        ...


class ProviderHealth(Protocol):
    """Tracks whether providers can be asked, by their answers and refusals."""

    def statuses(self) -> Sequence[ProviderStatus]:
        """Returns whether each provider can be used, and why not."""
        ...

    def cooldown(self, model_id: str) -> ProviderError | None:
        """Returns why this model must not be asked now (a refused key, a long Retry-After)."""
        ...

    def is_unproven(self, name: str) -> bool:
        """Checks whether the provider has a key that it has not accepted yet."""
        ...

    def fingerprint(self, name: str) -> str:
        """Returns a fingerprint of the provider's present key, which reveals nothing about it."""
        ...

    def accepted(self, name: str, *, key: str | None = None) -> None:
        """Reports that the provider has begun to answer: its key is valid.

        `key` is the fingerprint of the key that was sent, or `None` for the present one.
        """
        ...

    def report(
        self, model_id: str, problem: ProviderError | None, *, key: str | None = None
    ) -> None:
        """Reports how a request ended, with `None` for success, for `cooldown`.

        `key` as for `accepted`: the end of a request with a former key says nothing about this one.
        """
        ...


class Providers(ProviderSource, ModelCatalog, ProviderHealth, Protocol):
    """The configured providers, as `antiphon.providers.registry.registry` implements them."""

"""What the engine needs of the world of models."""

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
    """One message as a provider is sent it."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatRequest(Struct, frozen=True):
    """What one pane asks of its model."""

    model: str
    """The provider's own name of the model, without the provider's prefix."""
    turns: Sequence[ChatTurn]
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """temperature, max_tokens, top_p, seed, stop and what else was given, by wire-neutral names."""
    connect_timeout_s: float = 5.0


class Provider(Protocol):
    """A vendor of models: one method."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer as it comes. Closing the iterator closes the connection.

        Raises `ProviderError` for everything that the outside world does wrong. Does not retry,
        and has no time limit but that on connecting: both belong to the engine.
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
    """Where requests of a provider go, as far as they get in each other's way there."""

    key: str
    """Providers of the same key share the places: one API key, or one port of this machine."""
    places: int
    """How many streams may run at once."""
    local: bool = False
    """It is this machine, which loads a model before it answers."""


class ProviderSource(Protocol):
    """Which providers there are, and how one gets ready to answer."""

    def names(self) -> Sequence[str]:
        """The names of all configured providers, and of those that were found."""
        ...

    async def discover(self) -> None:
        """Looks for providers that nobody configured; `names` has them then. Takes a moment."""
        ...

    def provider(self, name: str) -> Provider:
        """The provider of that name, loaded on first use.

        Raises `ProviderError` where it cannot be used (no key, no address), saying what to set.
        """
        ...

    async def prepare(self, name: str) -> None:
        """Imports what the provider needs, without stalling the loop; may be awaited often."""
        ...

    async def ready(self, name: str) -> None:
        """Starts what the provider's streams run in, where it is not running yet.

        Raises `ProviderError` where it does not start.
        """
        ...

    def host(self, name: str) -> Host:
        """Where its requests go, and how many of its streams may run there at once."""
        ...

    async def loaded_models(self, name: str) -> Collection[str] | None:
        """The provider's own names of the models that its local host has in memory.

        `None` where it does not say so within a moment. Raises nothing.
        """
        ...

    async def aclose(self) -> None:
        """Closes every connection."""
        ...


class ModelCatalog(Protocol):
    """What is known of models, configured or not."""

    async def models(
        self, *, refresh: bool = False, query: str = "", providers: Collection[str] | None = None
    ) -> Sequence[ModelInfo]:
        """The known models of `providers` whose id holds `query`, the available first."""
        ...

    def model_info(self, model_id: str) -> ModelInfo:
        """The card of one model; a bare one for a model that its provider does not list."""
        ...

    def nearest_models(self, model_id: str, limit: int = 3) -> Sequence[str]:
        """The known ids most like `model_id`, best first; asks nobody."""
        ...

    async def siblings(self, model_id: str, limit: int = 3) -> Sequence[str]:
        """The ids most like `model_id` that its own provider lists; it is asked where need be."""
        ...

    def price(self, model_id: str) -> Price | None:
        """The model's price, or `None` where it is unknown."""
        ...

    @property
    def price_source(self) -> PriceSource | None:
        """The table that prices come from; `None` before it is read."""
        ...

    async def count_tokens(
        self, model_id: str, turns: Sequence[ChatTurn], *, patient: bool
    ) -> int | None:
        """How many tokens `turns` are to the model's own tokenizer; `None` without one.

        Loading a tokenizer takes tenths of a second: only a `patient` caller waits for that. What
        else is known of the model (its price) is there afterwards in any case.
        """
        ...


class ProviderHealth(Protocol):
    """Whether providers can be asked, as their answers and refusals have shown."""

    def statuses(self) -> Sequence[ProviderStatus]:
        """Whether each provider can be used, and why not."""
        ...

    def cooldown(self, model_id: str) -> ProviderError | None:
        """Why this model must not be asked at the moment (a refused key, a long Retry-After)."""
        ...

    def is_unproven(self, name: str) -> bool:
        """Whether the provider has a key that it has not accepted yet."""
        ...

    def fingerprint(self, name: str) -> str:
        """Tells the provider's present key from others, and says nothing of it."""
        ...

    def accepted(self, name: str, *, key: str | None = None) -> None:
        """Says that the provider has begun to answer: its key, if it has one, is good.

        `key` is the fingerprint of the key that was sent; `None`: the present one.
        """
        ...

    def report(
        self, model_id: str, problem: ProviderError | None, *, key: str | None = None
    ) -> None:
        """Says how a request ended, so that `cooldown` knows; `None` for a request that worked.

        `key` as for `accepted`: the end of a request with a former key says nothing of this one.
        """
        ...


class Providers(ProviderSource, ModelCatalog, ProviderHealth, Protocol):
    """The configured providers; `antiphon.providers.registry.registry` is the one that ships."""

"""Defines the settings of a provider, its prices, and its key.

The settings, discovery and the providers meet in these shapes, so that none of them imports
another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal


class Secret(Protocol):
    """A value that hides itself."""

    def get_secret_value(self) -> str:
        """Returns the value in the open."""
        ...


KeyPlace = Literal["memory", "settings", "environment", "client", "keyring", "none"]
"""Where a key was found, the place that counts first named first."""


class KeyLookup(Struct, frozen=True):
    """A key, or the reason why there is none, or neither if none is needed."""

    key: Secret | None = None
    problem: str | None = None
    """Why there is none though one is needed: `OPENAI_API_KEY is not set`."""
    source: KeyPlace = "none"


class PriceConfig(Protocol):
    """US dollars for a million tokens. A price that is not given is unknown."""

    @property
    def input(self) -> Decimal | None: ...

    @property
    def output(self) -> Decimal | None: ...

    @property
    def cached_input(self) -> Decimal | None: ...


class ProviderConfig(Protocol):
    """The settings of one provider. Two that are equal (`==`) configure the same."""

    @property
    def type(self) -> str:
        """The type of its adapter. See `antiphon.providers.registry.adapter_types`."""
        ...

    @property
    def base_url(self) -> str | None:
        """Its address, or `None` if the type knows it."""
        ...

    @property
    def api_key(self) -> Secret | None:
        """The key, if it is in the settings themselves."""
        ...

    @property
    def api_key_env(self) -> str | None:
        """The environment variable that holds the key."""
        ...

    @property
    def models(self) -> Sequence[str]:
        """Names of models that the user listed, without the provider's."""
        ...

    @property
    def max_concurrency(self) -> int | None:
        """How many streams at once, or `None` for the default."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Further headers of every request."""
        ...

    @property
    def prices(self) -> Mapping[str, PriceConfig]:
        """Prices by the provider's own names of its models."""
        ...

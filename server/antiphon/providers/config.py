"""What the providers need to know of the settings: a row each, and where its key is.

The settings package has classes of this shape; neither package imports the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal


class Secret(Protocol):
    """A value that hides itself."""

    def get_secret_value(self) -> str:
        """The value in the open."""
        ...


class KeyLookup(Protocol):
    """What came of looking for a key: a key, a reason for having none, or no need of one."""

    @property
    def key(self) -> Secret | None:
        """The key."""
        ...

    @property
    def problem(self) -> str | None:
        """Why there is none though one is needed: `OPENAI_API_KEY is not set`."""
        ...

    @property
    def source(self) -> str:
        """Where it was found."""
        ...


class SeekKey(Protocol):
    """Asks for a key that is not known: the person's editor, the system's keyring."""

    async def __call__(self, name: str, row: Row, /) -> KeyLookup | None:
        """What was found for the row of that name; `None` for nothing."""
        ...


class Discover(Protocol):
    """Looks for providers that nobody configured: stored keys, servers of this machine."""

    async def __call__(self, *, refresh: bool) -> Mapping[str, Row]:
        """Their rows by name; what is known is looked for again with `refresh`."""
        ...


class PriceRow(Protocol):
    """US dollars for a million tokens; what is not given is unknown."""

    @property
    def input(self) -> Decimal | None: ...

    @property
    def output(self) -> Decimal | None: ...

    @property
    def cached_input(self) -> Decimal | None: ...


class Row(Protocol):
    """The settings of one provider. Two rows that are equal (`==`) configure the same."""

    @property
    def type(self) -> str:
        """Which adapter talks to it; see `antiphon.providers.registry.adapter_types`."""
        ...

    @property
    def base_url(self) -> str | None:
        """Where it is."""
        ...

    @property
    def api_key(self) -> Secret | None:
        """The key, where it stands in the settings themselves."""
        ...

    @property
    def api_key_env(self) -> str | None:
        """The environment variable that holds the key."""
        ...

    @property
    def models(self) -> Sequence[str]:
        """Names of models that the person listed, without the provider's."""
        ...

    @property
    def max_concurrency(self) -> int | None:
        """How many streams at once; `None` for the default."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Further headers of every request."""
        ...

    @property
    def prices(self) -> Mapping[str, PriceRow]:
        """Prices by the provider's own names of its models."""
        ...


class ProviderRows(Protocol):
    """The part of the settings that configures providers."""

    @property
    def providers(self) -> Mapping[str, Row]:
        """The rows by the providers' names."""
        ...


if TYPE_CHECKING:
    KeySource = Callable[[str, Row], KeyLookup]

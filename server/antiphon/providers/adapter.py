"""Defines what the registry needs of an adapter: streams, a list of models, an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from antiphon.engine.ports import Provider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import Price


class ListedModel(Protocol):
    """One model in a provider's own list."""

    @property
    def id(self) -> str:
        """The provider's own name of the model."""
        ...

    @property
    def name(self) -> str | None:
        """A name for users, if it differs."""
        ...

    @property
    def context_window(self) -> int | None:
        """In tokens."""
        ...

    @property
    def max_output_tokens(self) -> int | None:
        """In tokens."""
        ...

    @property
    def price(self) -> Price | None:
        """The price, if the list has prices."""
        ...


class Adapter(Provider, Protocol):
    """A provider that can also list its models, and can be closed."""

    async def models(self, *, timeout_s: float) -> Sequence[ListedModel]:
        """Returns the provider's own list of models.

        Raises `ProviderError`, also if it takes longer than `timeout_s` seconds.
        """
        ...

    async def aclose(self) -> None:
        """Closes every connection."""
        ...


@runtime_checkable
class SlowToStart(Protocol):
    """An adapter whose streams run in something that takes seconds to start."""

    async def ready(self) -> None:
        """Starts it if it is not running. Raises `ProviderError` if it does not start."""
        ...

"""What the registry needs of an adapter: streaming, its list of models, and an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from antiphon.engine.ports import Provider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import Price


class ListedModel(Protocol):
    """What a provider's own list says of one model."""

    @property
    def id(self) -> str:
        """The provider's own name of it."""
        ...

    @property
    def name(self) -> str | None:
        """For people, where it differs."""
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
        """Where the list has prices."""
        ...


class Adapter(Provider, Protocol):
    """A provider that can also say which models it has, and can be closed."""

    async def models(self, *, timeout_s: float) -> Sequence[ListedModel]:
        """Its own list. Raises `ProviderError`, also where it is not there in time."""
        ...

    async def aclose(self) -> None:
        """Closes every connection."""
        ...


@runtime_checkable
class SlowToStart(Protocol):
    """An adapter whose streams run in something that takes seconds to start."""

    async def ready(self) -> None:
        """Starts it where it is not running. Raises `ProviderError` where it does not start."""
        ...

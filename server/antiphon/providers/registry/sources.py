"""Where the registry gets its rows and keys from, as `antiphon.app` brings them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from antiphon.model.provider_config import KeyLookup, ProviderConfig

    KeySource = Callable[[str, ProviderConfig], KeyLookup]
    """Finds the key of the row of that name, without waiting."""
    SeekKey = Callable[[str, ProviderConfig], Awaitable[KeyLookup | None]]
    """Asks for a key that is not known: the user's editor, the system's keyring."""


class Discover(Protocol):
    """Looks for providers that nobody configured: stored keys, servers of this machine."""

    async def __call__(self, *, refresh: bool) -> Mapping[str, ProviderConfig]:
        """Returns their rows by name; what is known is looked for again with `refresh`."""
        ...


class ProviderRows(Protocol):
    """The part of the settings that configures providers."""

    @property
    def providers(self) -> Mapping[str, ProviderConfig]:
        """The rows by the providers' names."""
        ...

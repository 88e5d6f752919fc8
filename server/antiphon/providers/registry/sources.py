"""Defines the sources of the registry's configs and keys, which `antiphon.app` implements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from antiphon.model.provider_config import KeyLookup, ProviderConfig

    KeySource = Callable[[str, ProviderConfig], KeyLookup]
    """Finds the key of the provider of that name, without waiting."""
    SeekKey = Callable[[str, ProviderConfig], Awaitable[KeyLookup | None]]
    """Asks the user's editor or the system's keyring for an unknown key."""


class Discover(Protocol):
    """Finds providers that are not configured, by stored keys and local servers."""

    async def __call__(self, *, refresh: bool) -> Mapping[str, ProviderConfig]:
        """Returns their configs by name. With `refresh` it searches again for known ones."""
        ...


class ProviderRows(Protocol):
    """The part of the settings that configures providers."""

    @property
    def providers(self) -> Mapping[str, ProviderConfig]:
        """The configs by the providers' names."""
        ...

"""Defines the arguments and results of the key commands, which never return a key.

The server reports where a key was found, but not a letter of it and not its length.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from antiphon.model.wire import Absent, Wire

KeySource = Literal["client", "settings", "environment", "keyring", "none"]
"""Where a provider's key was found. `client`: set by `antiphon.keys.set` for as long as the server
runs, which overrides all others, or asked for by `antiphon/key`."""

KeyStore = Literal["memory", "keyring"]
"""Where a key can be stored: in the running server's memory, or in the system's keyring too."""


class KeysSetParams(Wire):
    """Sets a provider's key."""

    model_config = ConfigDict(hide_input_in_errors=True)

    provider: str
    key: str = Field(repr=False)
    persist: Absent[KeyStore] = None
    """By default `memory`, until the server ends. `keyring` outlives the server."""


class KeyStatus(Wire):
    """Where one provider's key was found."""

    name: str
    source: KeySource
    """`none` if there is no key."""
    needed: bool
    """Whether the provider cannot be asked without a key."""
    place: Absent[str] = None
    """Where the key may be sent: an origin, or the provider's type if that type knows the address
    itself."""
    variable: Absent[str] = None
    """The environment variable that holds it, or the one to set."""
    key_page: Absent[str] = None
    """The page where a user can get a key."""
    free_tier: Absent[bool] = None
    """Whether the vendor lets new accounts send some requests without paying."""
    problem: Absent[str] = None
    """Why there is no key, or why the one that was found cannot be used."""


class KeyringStatus(Wire):
    """The system's keyring."""

    available: bool
    name: Absent[str] = None
    problem: Absent[str] = None
    """Why it cannot be used."""


class KeysSetResult(Wire):
    """The key is in use."""

    provider: KeyStatus
    persisted: KeyStore
    shadowed_by: Absent[KeySource] = None
    """What overrides the keyring from the server's next start on: show it to the user."""


class KeysStatusResult(Wire):
    """The keys of all providers."""

    providers: list[KeyStatus]
    keyring: KeyringStatus
    vendors: Absent[list[KeyStatus]] = None
    """Vendors that are not yet providers: `antiphon.keys.set` makes each one."""


class KeysDeleteParams(Wire):
    """Names a provider."""

    provider: str


class KeysDeleteResult(Wire):
    """What was deleted, and what is left."""

    deleted: list[KeyStore]
    """Empty if no key was stored."""
    reason: Absent[str] = None
    """Why nothing was deleted, and where the key is that is still used: sentences for the user."""
    provider: KeyStatus
    """The provider's key now. Keys in settings, environment and editor are never deleted."""

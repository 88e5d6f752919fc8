"""Keys on the wire: they come in, and never go out.

What the server says of a key is where it was found; not a letter of it, and not its length.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from antiphon.model.wire import Absent, Wire

KeySource = Literal["client", "settings", "environment", "keyring", "none"]
"""Where a provider's key was found. `client`: set by `antiphon.keys.set` for as long as the server
runs, which counts before all others, or asked for by `antiphon/key`."""

KeyStore = Literal["memory", "keyring"]
"""Where a key can be put: into the running server, or into the system's keyring too."""


class KeysSetParams(Wire):
    """Gives a provider a key."""

    model_config = ConfigDict(hide_input_in_errors=True)

    provider: str
    key: str = Field(repr=False)
    persist: Absent[KeyStore] = None
    """Without it: `memory`, until the server ends. `keyring` outlives it."""


class KeyStatus(Wire):
    """Where one provider's key is from."""

    name: str
    source: KeySource
    """`none`: there is no key."""
    needed: bool
    """Whether the provider cannot be asked without one."""
    place: Absent[str] = None
    """Where the key may be sent: an origin, or the type of the provider where that knows the
    address itself."""
    variable: Absent[str] = None
    """The environment variable that holds it, or the one to set."""
    key_page: Absent[str] = None
    """Where a person gets a key."""
    free_tier: Absent[bool] = None
    """Whether the vendor lets new accounts ask a little without paying."""
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
    """What counts before the keyring from the server's next start on; say so to the person."""


class KeysStatusResult(Wire):
    """The keys of all providers."""

    providers: list[KeyStatus]
    keyring: KeyringStatus


class KeysDeleteParams(Wire):
    """Names a provider."""

    provider: str


class KeysDeleteResult(Wire):
    """What was deleted, and what is left."""

    deleted: list[KeyStore]
    """Empty where nothing was kept."""
    reason: Absent[str] = None
    """Why nothing was deleted, and where the key stands that is used all the same: sentences for
    the person."""
    provider: KeyStatus
    """The settings, the environment and the editor keep what they have: it is theirs."""

"""Stores keys, reports location each one is, and deletes them: `antiphon.keys.*`.

Nothing here returns a key, or raises with one in it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol

from antiphon.model.commands.keys import (
    KeyringStatus,
    KeysDeleteResult,
    KeysSetResult,
    KeysStatusResult,
    KeyStatus,
)
from antiphon.model.failure import error
from antiphon.settings.keys.keyring import KeyringUnavailable
from antiphon.settings.keys.lookup import keyring_username
from antiphon.settings.schema.api_key import describe_invalid_key, destination, look_up_key
from antiphon.settings.schema.vendors import VENDORS
from antiphon.settings.sources.problems import suggest_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from antiphon.model.commands.keys import KeysDeleteParams, KeySource, KeysSetParams, KeyStore
    from antiphon.model.provider_config import KeyLookup, ProviderConfig
    from antiphon.settings.keys.lookup import KeyLookupChain

_log = logging.getLogger(__name__)

_KEYLESS_TYPES: Final = frozenset({"demo"})


class KnownProviders(Protocol):
    """The registry of providers, as far as keys need it."""

    async def discover(self) -> None:
        """Searches for providers that are not configured."""
        ...

    def configured_rows(self) -> Mapping[str, ProviderConfig]:
        """Returns the providers' settings by name, including those that were found."""
        ...

    def found_here(self, name: str) -> bool:
        """Checks whether it is a server that was found on this machine and not configured."""
        ...


class KeyService:
    """The commands on keys.

    `changed` is awaited with the name of a provider whose key changed.
    """

    def __init__(
        self,
        chain: KeyLookupChain,
        environ: Mapping[str, str],
        providers: KnownProviders,
        changed: Callable[[str], Awaitable[None]],
    ) -> None:
        self._chain = chain
        self._environ = environ
        self._providers = providers
        self._changed = changed

    async def set(self, params: KeysSetParams) -> KeysSetResult:
        """Uses a key from now on, and stores it as `persist` says.

        Raises `AntiphonError`: `not_found` for an unknown provider, `invalid_params` for a key
        that no header can carry, `unsupported` if there is no keyring. Then nothing changed.
        """
        name = params.provider
        config = self._find_config(name)
        reason = describe_invalid_key(params.key) if params.key else "is empty; enter one"
        if reason is not None:
            hint = "Copy the key and nothing around it."
            raise error("invalid_params", f"The key {reason}.", hint=hint, field="$.key")
        persist: KeyStore = params.persist or "memory"
        if persist == "keyring":
            try:
                await self._chain.keyring.put(
                    keyring_username(name, destination(config)), params.key
                )
            except KeyringUnavailable as unavailable:
                raise error(
                    "unsupported", f"{unavailable}.", hint=_hint_without_keyring(name, config)
                ) from None
        self._chain.remember(name, config, params.key, persist)
        _log.info("a key of %s was set (kept: %s)", name, persist)
        await self._changed(name)
        other = look_up_key(config, self._environ)
        return KeysSetResult(
            provider=self._status(name, config),
            persisted=persist,
            shadowed_by=_source(other) if other.key and persist == "keyring" else None,
        )

    async def delete(self, params: KeysDeleteParams) -> KeysDeleteResult:
        """Deletes the keys that this server and the keyring store for a provider.

        Raises `AntiphonError`: `not_found` for an unknown provider, `unsupported` if the keyring
        failed, since it may still store a key.
        """
        name = params.provider
        config = self._find_config(name)
        deleted: list[KeyStore] = ["memory"] if self._chain.forget(name, config) else []
        unavailable: KeyringUnavailable | None = None
        try:
            if await self._chain.keyring.remove(keyring_username(name, destination(config))):
                deleted.append("keyring")
        except KeyringUnavailable as raised:
            unavailable = raised
        await self._changed(name)
        _log.info("the key of %s was deleted from: %s", name, ", ".join(deleted) or "nowhere")
        status = self._status(name, config)
        if unavailable is not None and not unavailable.keeps_nothing:
            deleted_too = "The key in this server's memory is deleted. " if deleted else ""
            hint = f"{deleted_too}If the keyring stores one, delete it there, or try again."
            raise error("unsupported", f"{unavailable}.", hint=hint)
        reason = None if deleted else _explain_nothing_deleted(status, unavailable)
        return KeysDeleteResult(deleted=deleted, reason=reason, provider=status)

    async def status(self) -> KeysStatusResult:
        """Reports where every provider's key was found.

        Asks the client and the keyring for missing ones, as a request to a provider would.
        """
        keyring = await self._keyring()
        await self._providers.discover()
        configs = self._providers.configured_rows()
        found: list[KeyStatus] = []
        for name, config in configs.items():
            if self._needs_key(name, config):
                lookup = await self._chain.seek(name, config)
                found.append(self._status(name, config, lookup))
        return KeysStatusResult(providers=found, vendors=self._vendors(configs), keyring=keyring)

    def _vendors(self, configs: Mapping[str, ProviderConfig]) -> list[KeyStatus]:
        rows = ((name, self._chain.vendor_row(name)) for name in VENDORS if name not in configs)
        return [self._status(name, config) for name, config in rows if config is not None]

    async def _keyring(self) -> KeyringStatus:
        try:
            return KeyringStatus(available=True, name=await self._chain.keyring.name())
        except KeyringUnavailable as unavailable:
            return KeyringStatus(available=False, problem=str(unavailable))

    def _find_config(self, name: str) -> ProviderConfig:
        configs = self._providers.configured_rows()
        config = configs.get(name) or self._chain.vendor_row(name)
        if config is None:
            suggestion = suggest_name(name, [*configs, *VENDORS]) or "."
            raise error(
                "not_found",
                f"No provider has that name{suggestion}",  # not repeated: it may be a key
                hint="Add a table providers.<name> to config.toml, or name one of "
                f"{', '.join(VENDORS)}.",
                field="$.provider",
            )
        if not self._needs_key(name, config):
            hint = "To send one, add a table for the server to config.toml."
            raise error("unsupported", f"{name} does not use a key.", hint=hint, field="$.provider")
        return config

    def _needs_key(self, name: str, config: ProviderConfig) -> bool:
        return config.type not in _KEYLESS_TYPES and not self._providers.found_here(name)

    def _status(
        self, name: str, config: ProviderConfig, lookup: KeyLookup | None = None
    ) -> KeyStatus:
        lookup = lookup or self._chain.look_up(name, config)
        vendor = VENDORS.get(name)
        return KeyStatus(
            name=name,
            source=_source(lookup),
            needed=config.api_key_env is not None or config.api_key is not None,
            place=destination(config),
            variable=config.api_key_env,
            key_page=vendor.key_page if vendor else None,
            free_tier=(vendor.free_tier or None) if vendor else None,
            problem=lookup.problem,
        )


def _source(lookup: KeyLookup) -> KeySource:
    """Returns a key's source for clients, which set the keys in memory."""
    return "client" if lookup.source == "memory" else lookup.source


def _explain_nothing_deleted(status: KeyStatus, unavailable: KeyringUnavailable | None) -> str:
    """Explains why nothing was deleted, and where to delete the key that is still used."""
    name = status.name
    sentences = [f"There was nothing to delete: Antiphon stores no key of {name}."]
    match status.source:
        case "environment":
            location = f"the environment variable {status.variable}: unset it there"
            sentences.append(f"The one that is used is in {location}.")
        case "settings":
            location = f"providers.{name}.apiKey in config.toml: remove it there"
            sentences.append(f"The one that is used is {location}.")
        case "client":
            sentences.append("The one that is used is in the editor's secret store.")
        case _:
            pass
    if unavailable is not None:
        sentences.append(f"{unavailable}.")
    return " ".join(sentences)


def _hint_without_keyring(name: str, config: ProviderConfig) -> str:
    """Returns the hint for a key that cannot be stored."""
    if config.api_key_env is not None:
        line = f"export {config.api_key_env}=…"
        return f"Put the key into the environment: add the line {line} to your shell's profile."
    return f"Name a variable as providers.{name}.apiKeyEnv, and set that in your shell's profile."

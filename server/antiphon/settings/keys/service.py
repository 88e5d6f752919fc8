"""Puts keys where they are kept, tells where each is from, deletes them: `antiphon.keys.*`.

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
from antiphon.settings.schema.api_key import destination, invalid_key_reason, look_up_key
from antiphon.settings.schema.vendors import VENDORS
from antiphon.settings.sources.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from antiphon.model.commands.keys import KeysDeleteParams, KeySource, KeysSetParams, KeyStore
    from antiphon.settings.keys.lookup import KeyLookupChain
    from antiphon.settings.schema.api_key import KeyedRow, KeyLookup

_log = logging.getLogger(__name__)

_KEYLESS_TYPES: Final = frozenset({"demo"})


class KnownProviders(Protocol):
    """The providers, as far as keys concern them."""

    async def discover(self) -> None:
        """Looks for providers that nobody configured."""
        ...

    def configured_rows(self) -> Mapping[str, KeyedRow]:
        """The rows by name, those that were found included."""
        ...

    def found_here(self, name: str) -> bool:
        """Whether it is a server that was found on this machine, and not configured."""
        ...


class KeyService:
    """The commands on keys. `changed` is awaited with the name of a provider whose key changed."""

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
        """Takes a key into use, and keeps it where it was asked to.

        Raises `AntiphonError`: `not_found` for an unknown provider, `invalid_params` for a key
        that no header can carry, `unsupported` where there is no keyring. Then nothing changed.
        """
        name = params.provider
        row = self._row(name)
        flaw = invalid_key_reason(params.key) if params.key else "is empty; give one"
        if flaw is not None:
            hint = "Copy the key and nothing around it."
            raise error("invalid_params", f"The key {flaw}.", hint=hint, field="$.key")
        persist: KeyStore = params.persist or "memory"
        if persist == "keyring":
            try:
                await self._chain.keyring.put(keyring_username(name, destination(row)), params.key)
            except KeyringUnavailable as absent:
                raise error("unsupported", f"{absent}.", hint=_instead(name, row)) from None
        self._chain.remember(name, row, params.key, persist)
        _log.info("a key of %s was set (kept: %s)", name, persist)
        await self._changed(name)
        other = look_up_key(row, self._environ)
        return KeysSetResult(
            provider=self._status(name, row),
            persisted=persist,
            shadowed_by=_source(other) if other.key and persist == "keyring" else None,
        )

    async def delete(self, params: KeysDeleteParams) -> KeysDeleteResult:
        """Deletes what this server and the keyring keep for a provider.

        Raises `AntiphonError`: `not_found` for an unknown provider, `unsupported` where there is
        a keyring that does not do it: it may keep a key all the same.
        """
        name = params.provider
        row = self._row(name)
        deleted: list[KeyStore] = ["memory"] if self._chain.forget(name, row) else []
        absent: KeyringUnavailable | None = None
        try:
            if await self._chain.keyring.remove(keyring_username(name, destination(row))):
                deleted.append("keyring")
        except KeyringUnavailable as problem:
            absent = problem
        await self._changed(name)
        _log.info("the key of %s was deleted from: %s", name, ", ".join(deleted) or "nowhere")
        status = self._status(name, row)
        if absent is not None and not absent.keeps_nothing:
            forgotten = "The key in this server's memory is deleted. " if deleted else ""
            hint = f"{forgotten}If the keyring keeps one, delete it there, or try again."
            raise error("unsupported", f"{absent}.", hint=hint)
        reason = None if deleted else _nothing_kept(status, absent)
        return KeysDeleteResult(deleted=deleted, reason=reason, provider=status)

    async def status(self) -> KeysStatusResult:
        """Where the key of every provider is from; asks the client and the keyring for missing
        ones, as a request would."""
        keyring = await self._keyring()
        await self._providers.discover()
        rows = self._providers.configured_rows()
        found: list[KeyStatus] = []
        for name, row in rows.items():
            if self._takes_key(name, row):
                lookup = await self._chain.seek(name, row)
                found.append(self._status(name, row, lookup))
        return KeysStatusResult(providers=found, keyring=keyring)

    async def _keyring(self) -> KeyringStatus:
        try:
            return KeyringStatus(available=True, name=await self._chain.keyring.name())
        except KeyringUnavailable as absent:
            return KeyringStatus(available=False, problem=str(absent))

    def _row(self, name: str) -> KeyedRow:
        rows = self._providers.configured_rows()
        row = rows.get(name) or self._chain.vendor_row(name)
        if row is None:
            near = did_you_mean(name, [*rows, *VENDORS]) or "."
            raise error(
                "not_found",
                f"No provider has that name{near}",  # which may be a key, typed in its place
                hint="Give it a row providers.<name> in config.toml, or name one of "
                f"{', '.join(VENDORS)}.",
                field="$.provider",
            )
        if not self._takes_key(name, row):
            hint = "To send one, give the server a row of its own in config.toml."
            raise error("unsupported", f"{name} takes no key.", hint=hint, field="$.provider")
        return row

    def _takes_key(self, name: str, row: KeyedRow) -> bool:
        return row.type not in _KEYLESS_TYPES and not self._providers.found_here(name)

    def _status(self, name: str, row: KeyedRow, lookup: KeyLookup | None = None) -> KeyStatus:
        lookup = lookup or self._chain.look_up(name, row)
        vendor = VENDORS.get(name)
        return KeyStatus(
            name=name,
            source=_source(lookup),
            needed=row.api_key_env is not None or row.api_key is not None,
            place=destination(row),
            variable=row.api_key_env,
            key_page=vendor.key_page if vendor else None,
            free_tier=(vendor.free_tier or None) if vendor else None,
            problem=lookup.problem,
        )


def _source(lookup: KeyLookup) -> KeySource:
    """Where a key is from, for a client: what it set itself for this server's time is its own."""
    return "client" if lookup.source == "memory" else lookup.source


def _nothing_kept(status: KeyStatus, absent: KeyringUnavailable | None) -> str:
    """Why nothing was deleted, and where to delete the key that is used all the same."""
    name = status.name
    sentences = [f"There was nothing to delete: no key of {name} is kept here."]
    match status.source:
        case "environment":
            where = f"the environment variable {status.variable}: unset it there"
            sentences.append(f"The one that is used stands in {where}.")
        case "settings":
            where = f"providers.{name}.apiKey in config.toml: remove it there"
            sentences.append(f"The one that is used is {where}.")
        case "client":
            sentences.append("The one that is used is in the editor's secret store.")
        case _:
            pass
    if absent is not None:
        sentences.append(f"{absent}.")
    return " ".join(sentences)


def _instead(name: str, row: KeyedRow) -> str:
    """What to do where a key cannot be kept."""
    if row.api_key_env is not None:
        line = f"export {row.api_key_env}=…"
        return f"Put it into the environment: add the line {line} to your shell's profile."
    return f"Name a variable as providers.{name}.apiKeyEnv, and set that in your shell's profile."

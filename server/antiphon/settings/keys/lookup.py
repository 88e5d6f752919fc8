"""Looks up the keys of providers.

The sources, in this order:

    memory         what `antiphon.keys.set` was sent, for as long as this server runs
    settings       `apiKey` of the provider's settings
    environment    the variable that the provider's settings name
    client         the editor's secret store, asked for a key that is missing
    keyring        the system's, asked last, since it is slow and may ask the user to unlock it

Memory comes first: a user who sets a key wants it to be used, even if there is an older one
elsewhere. A key from memory, client or keyring belongs to its provider and to the destination that
it was stored for (`antiphon.settings.schema.api_key.destination`), and is looked up by both.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, Literal, Protocol
from urllib.parse import urlsplit

import anyio

from antiphon.model.provider_config import KeyLookup
from antiphon.model.values.hosts import is_loopback
from antiphon.settings.keys.keyring import KeyringUnavailable
from antiphon.settings.schema.api_key import (
    Key,
    check_stored_key,
    destination,
    look_up_key,
)
from antiphon.settings.schema.schema import ProviderSettings
from antiphon.settings.schema.vendors import VENDORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from antiphon.model.provider_config import ProviderConfig
    from antiphon.settings.keys.keyring import SystemKeyring

_log = logging.getLogger(__name__)

MISSING_KEY_CACHE_S: Final = 60.0

Holder = tuple[str, str]
"""A provider's name and the destination that its key may be sent to."""


class AskClient(Protocol):
    """Asks the user's editor for a key."""

    async def __call__(self, provider: str, base_url: str | None) -> str | None:
        """Returns the stored key, or `None` if the editor has none or cannot answer."""
        ...


class _ClientRequest:
    """A running request to the client.

    It is not a dataclass, whose `repr` would show the key.
    """

    __slots__ = ("answer", "answered", "done")

    def __init__(self) -> None:
        self.done = anyio.Event()
        self.answered = False
        self.answer: str | None = None


class KeyLookupChain:
    """Looks up the keys that this server knows or can find."""

    def __init__(
        self,
        environ: Mapping[str, str],
        keyring: SystemKeyring,
        *,
        ask_client: AskClient | None = None,
        learn: Callable[[str], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Takes `learn`, which is called with every new key before it is used."""
        self.keyring = keyring
        self._environ = environ
        self._ask_client = ask_client
        self._learn = learn
        self._clock = clock
        self._set: dict[Holder, KeyLookup] = {}
        self._found: dict[Holder, KeyLookup] = {}
        self._searched_at: dict[Holder, float] = {}
        self._keyring_lock = anyio.Lock()
        self._client_requests: dict[Holder, _ClientRequest] = {}

    def look_up(self, name: str, config: ProviderConfig) -> KeyLookup:
        """Returns a provider's key, if it is known without asking client or keyring."""
        holder = (name, destination(config))
        if holder in self._set:
            return self._set[holder]
        known = look_up_key(config, self._environ)
        if known.key is None and known.source == "none":
            return self._found.get(holder, known)
        return known

    async def seek(self, name: str, config: ProviderConfig) -> KeyLookup | None:
        """Returns a provider's key, or `None`, after asking client and keyring if necessary.

        The client is asked if the settings name a key that is missing. The keyring is asked for
        every provider that may have a key, and again for a key that it does not have after
        `MISSING_KEY_CACHE_S` seconds.
        """
        known = self.look_up(name, config)
        if known.key is not None:
            return known
        if known.source != "none":
            return None
        holder = (name, destination(config))
        if known.problem is None and is_loopback(urlsplit(config.base_url or "").hostname or ""):
            return None  # most servers on this machine need none
        if known.problem is not None and self._ask_client is not None:
            stored = await self._ask_once(self._ask_client, holder, config)
            _log.debug("key of %s: the editor gave %s", name, "none" if stored is None else "one")
            if stored is not None:
                self._learn(stored)
                found = check_stored_key(stored, "client")
                if found.key is not None:  # one that is not valid may be corrected at any time
                    self._found[holder] = found
                return found
        await self._search_keyring([holder])
        return self._found.get(holder)

    async def _ask_once(self, ask: AskClient, holder: Holder, config: ProviderConfig) -> str | None:
        """Asks the client for a key, once for all tasks that need it."""
        while (running := self._client_requests.get(holder)) is not None:
            await running.done.wait()
            if running.answered:  # otherwise the asking task was cancelled, and this one must ask
                return running.answer
        request = self._client_requests[holder] = _ClientRequest()
        try:
            request.answer = await ask(holder[0], config.base_url)
            request.answered = True
            return request.answer
        finally:
            del self._client_requests[holder]
            request.done.set()

    async def find_vendors(self) -> None:
        """Searches the keyring for the keys of vendors that are known by name."""
        await self._search_keyring(
            (name, destination(_vendor_config(name, self._environ)))
            for name, vendor in VENDORS.items()
            if not vendor.has_key(self._environ)
        )

    def vendor_rows(self) -> dict[str, ProviderSettings]:
        """Returns the settings of vendors with a key in memory or keyring."""
        configs = {name: _vendor_config(name, self._environ) for name in VENDORS}
        holders = {*self._set, *self._found}
        return {
            name: config
            for name, config in configs.items()
            if (name, destination(config)) in holders
        }

    def vendor_row(self, name: str) -> ProviderSettings | None:
        """Returns the settings of the vendor with that name, if there is one."""
        return _vendor_config(name, self._environ) if name in VENDORS else None

    def remember(
        self,
        name: str,
        config: ProviderConfig,
        key: str,
        stored_in: Literal["memory", "keyring"] = "memory",
    ) -> None:
        """Remembers a key, which is stored in `stored_in`, until this server ends."""
        self._learn(key)
        holder = (name, destination(config))
        self._set[holder] = KeyLookup(Key(key), source=stored_in)

    def forget(self, name: str, config: ProviderConfig) -> bool:
        """Forgets a provider's key and returns whether it had been set here."""
        holder = (name, destination(config))
        self._found.pop(holder, None)
        self._searched_at.pop(holder, None)
        return self._set.pop(holder, None) is not None

    async def _search_keyring(self, holders: Iterable[Holder]) -> None:
        async with self._keyring_lock:  # tasks that need the same key meanwhile wait for its result
            await self._ask_keyring([each for each in holders if self._is_due(each)])

    async def _ask_keyring(self, due: Sequence[Holder]) -> None:
        if not due:
            return
        found: Mapping[str, str] = {}
        try:
            found = await self.keyring.find([keyring_username(*each) for each in due])
            _log.debug("the keyring has keys of %d of %d providers", len(found), len(due))
        except KeyringUnavailable as absent:
            # `antiphon.keys.status` says why there is none too.
            _log.debug("the keyring was not asked: %s", absent)
        self._searched_at.update(dict.fromkeys(due, self._clock()))
        for holder in due:
            key = found.get(keyring_username(*holder))
            if key is not None:
                self._learn(key)
                self._found[holder] = check_stored_key(key, "keyring")

    def _is_due(self, holder: Holder) -> bool:
        searched_at = self._searched_at.get(holder)
        fresh = searched_at is not None and self._clock() - searched_at < MISSING_KEY_CACHE_S
        return holder not in self._found and not fresh


def keyring_username(name: str, key_destination: str) -> str:
    """Returns the name that the keyring stores a provider's key under."""
    return f"{name}@{key_destination}"


def _vendor_config(name: str, environ: Mapping[str, str]) -> ProviderSettings:
    return ProviderSettings.model_validate(VENDORS[name].row(environ))

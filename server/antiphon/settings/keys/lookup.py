"""Where the keys of providers are looked for, in this order:

    memory         what `antiphon.keys.set` was given, for as long as this server runs
    settings       `apiKey` of the provider's row
    environment    the variable that the row names
    client         the editor's secret store, asked for a key that is missing
    keyring        the system's, asked last, for it is slow and may ask the person to unlock it

What was just set counts first: whoever sets a key means it to be used, also where an older one
stands elsewhere. A key from memory, client or keyring belongs to its provider and to the place
that it was kept for (`antiphon.settings.schema.api_key.destination`), and is looked up by both.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, Literal, Protocol
from urllib.parse import urlsplit

import anyio

from antiphon.settings.keys.keyring import KeyringUnavailable
from antiphon.settings.schema.api_key import Key, KeyLookup, destination, kept_key, look_up_key
from antiphon.settings.schema.schema import ProviderSettings
from antiphon.settings.schema.vendors import VENDORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from antiphon.settings.keys.keyring import SystemKeyring
    from antiphon.settings.schema.api_key import KeyedRow

_log = logging.getLogger(__name__)

NOTHING_FOUND_KEPT_S: Final = 60.0

Holder = tuple[str, str]
"""A provider's name and the place that its key may be sent to."""


class AskClient(Protocol):
    """Asks the person's editor for a key."""

    async def __call__(self, provider: str, base_url: str | None) -> str | None:
        """What it keeps; `None` where it keeps nothing or cannot say."""
        ...


class _Question:
    """A question to the client that is under way. No dataclass: its `repr` would show the key."""

    __slots__ = ("answer", "answered", "ended")

    def __init__(self) -> None:
        self.ended = anyio.Event()
        self.answered = False
        self.answer: str | None = None


class KeyLookupChain:
    """All keys that this server knows or can find."""

    def __init__(
        self,
        environ: Mapping[str, str],
        keyring: SystemKeyring,
        *,
        ask_client: AskClient | None = None,
        learn: Callable[[str], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`learn` is told every key that comes to be known here, before it is used."""
        self.keyring = keyring
        self._environ = environ
        self._ask_client = ask_client
        self._learn = learn
        self._clock = clock
        self._set: dict[Holder, KeyLookup] = {}
        self._found: dict[Holder, KeyLookup] = {}
        self._looked_at: dict[Holder, float] = {}
        self._looking = anyio.Lock()
        self._asking: dict[Holder, _Question] = {}

    def look_up(self, name: str, row: KeyedRow) -> KeyLookup:
        """The key of a row, as far as it is known without asking anybody."""
        holder = (name, destination(row))
        if holder in self._set:
            return self._set[holder]
        known = look_up_key(row, self._environ)
        if known.key is None and known.source == "none":
            return self._found.get(holder, known)
        return known

    async def seek(self, name: str, row: KeyedRow) -> KeyLookup | None:
        """The key of a row, or `None`; for one that is not known client and keyring are asked.

        The client is asked where the row names a key that is not there. The keyring is asked for
        every row that may have a key; what it does not have it is not asked for again at once.
        """
        known = self.look_up(name, row)
        if known.key is not None:
            return known
        if known.source != "none":
            return None
        holder = (name, destination(row))
        if known.problem is None and _is_here(row):
            return None  # most servers on one's own machine need none
        if known.problem is not None and self._ask_client is not None:
            kept = await self._ask_once(self._ask_client, holder, row)
            _log.debug("key of %s: the editor gave %s", name, "none" if kept is None else "one")
            if kept is not None:
                self._learn(kept)
                found = kept_key(kept, "client")
                if found.key is not None:  # one that cannot be used may be corrected any time
                    self._found[holder] = found
                return found
        await self._look_into_keyring([holder])
        return self._found.get(holder)

    async def _ask_once(self, ask: AskClient, holder: Holder, row: KeyedRow) -> str | None:
        """What the client says; who asks for the same key meanwhile is given the same answer."""
        while (asked := self._asking.get(holder)) is not None:
            await asked.ended.wait()
            if asked.answered:  # else who asked was stopped, and another must ask
                return asked.answer
        question = self._asking[holder] = _Question()
        try:
            question.answer = await ask(holder[0], row.base_url)
            question.answered = True
            return question.answer
        finally:
            del self._asking[holder]
            question.ended.set()

    async def find_vendors(self) -> None:
        """Looks into the keyring for the keys of vendors that are known by name."""
        await self._look_into_keyring(
            (name, destination(_vendor_row(name, self._environ)))
            for name, vendor in VENDORS.items()
            if not vendor.has_key(self._environ)
        )

    def vendor_rows(self) -> dict[str, ProviderSettings]:
        """The rows of the vendors that have a key in memory or in the keyring."""
        rows = {name: _vendor_row(name, self._environ) for name in VENDORS}
        kept = {*self._set, *self._found}
        return {name: row for name, row in rows.items() if (name, destination(row)) in kept}

    def vendor_row(self, name: str) -> ProviderSettings | None:
        """The row of a vendor that is known by that name."""
        return _vendor_row(name, self._environ) if name in VENDORS else None

    def remember(
        self, name: str, row: KeyedRow, key: str, kept: Literal["memory", "keyring"] = "memory"
    ) -> None:
        """Keeps a key until this server ends; `kept` says where it stands beside."""
        self._learn(key)
        holder = (name, destination(row))
        self._set[holder] = KeyLookup(Key(key), source=kept)

    def forget(self, name: str, row: KeyedRow) -> bool:
        """Forgets what is kept here of a row's key; whether it had been set here."""
        holder = (name, destination(row))
        self._found.pop(holder, None)
        self._looked_at.pop(holder, None)
        return self._set.pop(holder, None) is not None

    async def _look_into_keyring(self, holders: Iterable[Holder]) -> None:
        async with self._looking:  # who asks for the same key meanwhile waits for the answer
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
        self._looked_at.update(dict.fromkeys(due, self._clock()))
        for holder in due:
            key = found.get(keyring_username(*holder))
            if key is not None:
                self._learn(key)
                self._found[holder] = kept_key(key, "keyring")

    def _is_due(self, holder: Holder) -> bool:
        looked_at = self._looked_at.get(holder)
        fresh = looked_at is not None and self._clock() - looked_at < NOTHING_FOUND_KEPT_S
        return holder not in self._found and not fresh


def _is_here(row: KeyedRow) -> bool:
    host = urlsplit(row.base_url or "").hostname
    return host in {"localhost", "127.0.0.1", "::1"}


def keyring_username(name: str, place: str) -> str:
    """The name under which the keyring keeps a key: the provider's, and where it may be sent."""
    return f"{name}@{place}"


def _vendor_row(name: str, environ: Mapping[str, str]) -> ProviderSettings:
    return ProviderSettings.model_validate(VENDORS[name].row(environ))

"""Reads an API key when it is needed, and removes it from texts.

The exact key, the encodings in which it might come back, and what looks like any key are removed
from every text that a provider sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.model.secrets.redaction import (
    EDGES,
    encoded_variants,
    remove_key_patterns,
    remove_secrets,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from antiphon.model.provider_config import Secret


class ApiKey:
    """One provider's key and every other secret that is sent with it.

    `source` is read again for each request, so that a key that was set meanwhile is used.
    """

    __slots__ = ("_headers", "_source")

    def __init__(
        self, source: Callable[[], str | None] | Secret | None, headers: Iterable[str] = ()
    ) -> None:
        self._source = source
        self._headers = tuple(value for value in headers if len(value) >= 8)

    def __repr__(self) -> str:
        return "ApiKey(hidden)"

    def read(self, provider: str) -> str | None:
        """Returns the key, or `None` without one.


        Raises `ProviderError` of kind `authentication` for a key that no header can carry.
        """
        key = self._value()
        if not key:
            return None
        invalid = any(letter.isspace() or ord(letter) > 255 for letter in key)
        if invalid or not key.isprintable() or key[0] in EDGES or key[-1] in EDGES:
            failure = Failure.of(
                "authentication",
                f"The key of {provider} has a quote around it, a blank, a line break or a letter "
                "that no key has.",
                hint="Set the key again; take care to copy the key and nothing around it.",
                provider=provider,
            )
            raise ProviderError(failure, wait_hint="never")
        return key

    def scrub(self, text: str) -> str:
        """Removes this key, secret headers, and what looks like a key from `text`."""
        for secret in (self._value(), *self._headers):
            if secret:
                text = remove_secrets(text, encoded_variants(secret))
        return remove_key_patterns(text)

    def _value(self) -> str | None:
        if self._source is None:
            return None
        if callable(self._source):
            return self._source()
        return self._source.get_secret_value()

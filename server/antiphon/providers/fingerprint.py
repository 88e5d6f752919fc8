"""Tells keys apart without telling them: what is known of one key is not held against the next.

A fingerprint is a hash under a secret of this process, so that it says nothing outside of it, and
nobody can find the key by trying; yet it is neither logged nor stored.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.providers.rows import Secret


class Fingerprints:
    """The fingerprints of one server's keys."""

    __slots__ = ("_secret",)

    def __init__(self) -> None:
        self._secret = os.urandom(32)

    def of(self, key: Secret | None) -> str:
        """The fingerprint of a key; empty where there is none."""
        if key is None:
            return ""
        value = key.get_secret_value().encode("utf-8", "surrogatepass")
        return hashlib.blake2b(value, key=self._secret, digest_size=16).hexdigest()

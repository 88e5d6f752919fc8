"""Holds what the registries of all clients share, which has no key in it."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from antiphon.providers.models.facts import ModelFacts

if TYPE_CHECKING:
    from antiphon.model.provider_config import Secret


class ProviderSharing:
    """The table of prices, read once, and fingerprints by which equal keys are found equal."""

    def __init__(self) -> None:
        self.facts = ModelFacts()
        self.fingerprints = Fingerprints()


class Fingerprints:
    """The fingerprints of one server's keys."""

    __slots__ = ("_secret",)

    def __init__(self) -> None:
        self._secret = os.urandom(32)

    def of(self, key: Secret | None) -> str:
        """Returns the fingerprint of a key, empty without one."""
        if key is None:
            return ""
        value = key.get_secret_value().encode("utf-8", "surrogatepass")
        return hashlib.blake2b(value, key=self._secret, digest_size=16).hexdigest()

"""Holds what the registries of all clients share, which has no key in it."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from antiphon.providers.models.facts import ModelFacts

if TYPE_CHECKING:
    from antiphon.model.provider_config import Secret


class ProviderSharing:
    """The table of prices, read once, and fingerprints by which equal keys are found equal.

    Without `account_names` no other server shares limits with this one.
    """

    def __init__(self, account_names: AccountNames | None = None) -> None:
        self.facts = ModelFacts()
        self.fingerprints = Fingerprints()
        self.account_names = account_names


class AccountNames:
    """Names accounts alike on all servers that share limits, without their keys and addresses.

    The secret of the hash is the account's own key: who shares the account has it, and nobody else
    can make the name or check a guess. Without a key it is `secret`, which the servers have in
    common.
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def of(self, account: str, key: Secret | None) -> str:
        """Returns the name of an account, which is described by its type and address."""
        secret = self._secret if key is None else key.get_secret_value()
        keyed = "key" if key is not None else "no key"
        return hashlib.blake2b(
            f"{keyed} {account}".encode("utf-8", "surrogatepass"),
            key=hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest(),
            digest_size=16,
        ).hexdigest()


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

"""Defines what one server grants, and counts the connections against it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from antiphon.lsp.transport.framing import MAX_BODY_BYTES
from antiphon.network.admission import Reason, Refusal

_SPARE: Final = 32
"""Connections above the limit that are still answered with a status instead of being cut."""


@dataclass(frozen=True)
class Limits:
    """The limits of one server. The defaults suit a team."""

    connections: int = 256
    connections_per_user: int = 64
    connections_per_address: int = 128
    handshake_s: float = 10.0
    """From the first byte of TCP to the answer of HTTP."""
    ping_s: float = 20.0
    """How often a client is asked whether it is there, and how long it may take to answer."""
    idle_s: float = 12 * 3600.0
    """How long a connection may carry no message in either direction."""
    stall_s: float = 30.0
    """How long one message may wait for a client that does not read."""
    message_bytes: int = MAX_BODY_BYTES
    unread_bytes: int = 64 * 1024 * 1024
    """How much may wait for a client that does not read."""
    close_s: float = 3.0
    """How long the closing handshake may take."""


class ConnectionCount:
    """The connections of one server: all of them by address, the admitted ones by user."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._total = 0
        self._addresses: Counter[str] = Counter()
        self._users: Counter[str] = Counter()

    @property
    def total(self) -> int:
        """How many TCP connections there are."""
        return self._total

    def arrive(self, address: str) -> bool:
        """Counts a TCP connection, and returns whether it is worth an answer."""
        self._total += 1
        self._addresses[address] += 1
        return self._total <= self._limits.connections + _SPARE

    def leave(self, address: str, user: str | None) -> None:
        """Forgets a TCP connection, and the WebSocket that it was if `user` was admitted."""
        self._total -= 1
        _decrement(self._addresses, address)
        if user is not None:
            _decrement(self._users, user)

    def find_excess(self, address: str, user: str) -> Refusal | None:
        """Returns why `user` may not open one more connection from `address`, or `None`."""
        if self._total > self._limits.connections:
            return Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE, Reason.LIMIT, "The server is full. Try again later."
            )
        if self._addresses[address] > self._limits.connections_per_address:
            text = "There are too many connections from this address. Close some."
            return Refusal(HTTPStatus.TOO_MANY_REQUESTS, Reason.LIMIT, text)
        if self._users[user] >= self._limits.connections_per_user:
            text = "This token has too many connections. Close some."
            return Refusal(HTTPStatus.TOO_MANY_REQUESTS, Reason.LIMIT, text)
        return None

    def admit(self, user: str) -> None:
        """Counts a TCP connection as one of `user`."""
        self._users[user] += 1


def _decrement(counts: Counter[str], key: str) -> None:
    counts[key] -= 1
    if counts[key] <= 0:
        del counts[key]

"""Describes the client as handlers see it: what it accepts, and what it can do.

Only `antiphon.lsp.rpc.connection.Connection` implements it; everything above knows no more about a
connection.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol


class Peer(Protocol):
    """The other end of a connection."""

    @property
    def pending(self) -> int:
        """Bytes that were sent and that the client's pipe has not accepted yet."""
        ...

    def room(self) -> Awaitable[None]:
        """Returns when little is pending, or when the client has left."""
        ...

    def notify(self, method: str, params: Any) -> None:
        """Queues a notification behind all earlier messages, and returns at once."""
        ...

    async def request(self, method: str, params: Any) -> Any:
        """Sends a request and returns the client's result.

        Raises `ResponseError` if the client answers with an error, or leaves.
        """
        ...

    def post(self, method: str, params: Any) -> None:
        """Queues a request whose answer does not matter, and returns at once."""
        ...

    def client_capability(self, *path: str) -> Any:
        """Returns the value at `path` of the client's capabilities, or `None`."""
        ...

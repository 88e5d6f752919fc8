"""Tracks the clients of one engine, which get changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.model.commands.budget import BudgetWarning


class Client(Protocol):
    """One client, as the engine sees it while nothing runs for it."""

    def changed(self, *changes: tuple[str, str]) -> None:
        """Reports changes, as pairs of a type (`session`, `meter`) and an id."""
        ...

    def warn(self, warning: BudgetWarning) -> None:
        """Shows the user that a budget is nearly spent."""
        ...

    async def key(self, provider: str, base_url: str | None) -> str | None:
        """Returns the key that the client keeps for `provider`, or `None`."""
        ...


class Clients:
    """Every client that is connected."""

    def __init__(self) -> None:
        self._clients: list[Client] = []
        self.also: Callable[..., None] | None = None
        """Is notified of changes too: the sessions that are followed."""

    def __len__(self) -> int:
        return len(self._clients)

    def add(self, client: Client) -> None:
        """Adds `client`, which gets all reports from now on."""
        self._clients.append(client)

    def remove(self, client: Client) -> None:
        """Removes a client that has ended, if it is still there."""
        self._clients = [each for each in self._clients if each is not client]

    def changed(self, *changes: tuple[str, str]) -> None:
        """Reports changes to every client."""
        for client in tuple(self._clients):
            client.changed(*changes)
        if self.also is not None:
            self.also(*changes)

"""Tracks the clients of one engine, which get changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from antiphon.engine.ports.sessions import EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.ports.clients import ChangeNotifier
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
    """Every client that is connected, with its user.

    `readers` returns the names of those who may read a session besides its owner, `*` for all.
    """

    def __init__(self, readers: Callable[[str], frozenset[str]] = lambda _: frozenset()) -> None:
        self._clients: list[tuple[Client, str | None]] = []
        self._readers = readers
        self.also: Callable[..., None] | None = None
        """Is notified of changes too: the sessions that are followed."""

    def __len__(self) -> int:
        return len(self._clients)

    def add(self, client: Client, user: str | None = None) -> None:
        """Adds `client`, which gets the reports that its user may have from now on."""
        self._clients.append((client, user))

    def remove(self, client: Client) -> None:
        """Removes a client that has ended, if it is still there."""
        self._clients = [each for each in self._clients if each[0] is not client]

    def changed(self, *changes: tuple[str, str]) -> None:
        """Reports changes of what the user of this machine has."""
        self._report(None, changes)

    def notifier(self, user: str | None) -> ChangeNotifier:
        """Returns what reports changes of what `user` has.

        All of their clients get them, and clients of others those of sessions that they may read.
        """
        return lambda *changes: self._report(user, changes)

    def unshared(self, session_id: str, readers: frozenset[str]) -> None:
        """Reports to those who could read a session that this has changed."""
        for client, user in tuple(self._clients):
            if _is_among(user, readers):
                client.changed(("session", session_id))

    def _report(self, owner: str | None, changes: Sequence[tuple[str, str]]) -> None:
        for client, user in tuple(self._clients):
            seen = changes if user == owner else self._shown_to(user, changes)
            if seen:
                client.changed(*seen)
        if self.also is not None:
            self.also(*changes)

    def _shown_to(
        self, user: str | None, changes: Sequence[tuple[str, str]]
    ) -> Sequence[tuple[str, str]]:
        sessions = [key for kind, key in changes if kind == "session"]
        if not sessions or not all(_is_among(user, self._readers(each)) for each in sessions):
            return ()
        return [each for each in changes if each[0] in {"session", "pane"}]


def _is_among(user: str | None, readers: frozenset[str]) -> bool:
    return EVERYBODY in readers or (user is not None and user in readers)

"""What the engine needs of the history beyond single runs: sessions as a whole.

The history implements them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.maintenance import HistoryStats, VacuumResult, VerifyResult
    from antiphon.model.commands.search import SearchParams, SearchResult
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session_file import SessionFile


class SessionStore(Protocol):
    """Changes, copies and searches sessions. Every method is one whole transaction.

    Raises `AntiphonError` of kind `storage` where the database cannot be used, of kind
    `not_found` where an id names nothing.
    """

    async def rename(self, session_id: str, title: str) -> None:
        """Gives a session another title."""
        ...

    async def tag(self, session_id: str, tags: Sequence[str]) -> None:
        """Replaces a session's tags."""
        ...

    async def delete(self, session_id: str, *, idle_since: str | None = None) -> bool:
        """Deletes a session with everything in it; whether it did.

        With `idle_since` only where it was not used after that time. Raises `AntiphonError` of
        kind `conflict` where one of its panes is answering, in this server or in another one.
        """
        ...

    async def add(self, file: SessionFile) -> None:
        """Stores a whole session, whose ids must be new."""
        ...

    async def whole(self, session_id: str) -> SessionFile:
        """A session with all its messages, superseded ones too, and their contexts' texts."""
        ...

    async def idle_ids(self, since: str) -> list[str]:
        """Ids of some sessions that were last used before `since`; none where there are none."""
        ...

    async def search(self, params: SearchParams) -> SearchResult:
        """One page of messages that fit.

        A hit's `uri` is its pane's, and its `line` counts within its message: what stands in front
        of that in the document is not the history's to know.
        """
        ...

    async def conversations_up_to(self, message_ids: Sequence[str]) -> dict[str, list[Message]]:
        """The documents of these messages by pane, each up to the last of them.

        None for a message that is gone, or that another answer has taken the place of.
        """
        ...


class Maintenance(Protocol):
    """Looks after the history's storage."""

    async def stats(self) -> HistoryStats:
        """What the history holds, and how much room it takes."""
        ...

    async def vacuum(self) -> VacuumResult:
        """Gives free room back; raises `AntiphonError` (`conflict`) while others use it."""
        ...

    async def verify(self) -> VerifyResult:
        """Looks for everything that could be wrong."""
        ...

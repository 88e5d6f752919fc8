"""Defines what the engine needs from the history beyond runs: whole sessions.

The history implements them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.maintenance import HistoryStats, VacuumResult, VerifyResult
    from antiphon.model.commands.search import SearchParams, SearchResult
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session_file import SessionFile


EVERYBODY: Final = "*"
"""The reader of a session that is shared with all users."""


class SessionStore(Protocol):
    """Changes, copies and searches sessions, with one whole transaction for each method.

    Raises `AntiphonError` of kind `storage` if the database cannot be used, of kind `not_found` if
    an id is unknown.
    """

    async def rename(self, session_id: str, title: str) -> None:
        """Gives a session another title."""
        ...

    async def tag(self, session_id: str, tags: Sequence[str]) -> None:
        """Replaces a session's tags."""
        ...

    async def delete(self, session_id: str, *, idle_since: str | None = None) -> bool:
        """Deletes a session with everything in it, and returns whether it did.

        With `idle_since`, a session that was used after that time is kept. Raises `AntiphonError`
        of kind `conflict` if one of its panes is answering, in this server or in another one.
        """
        ...

    async def share(self, session_id: str, readers: Sequence[str]) -> None:
        """Replaces the users who may read a session besides its owner, `*` for all."""
        ...

    def readers(self, session_id: str) -> frozenset[str]:
        """Returns the known users who may read a session besides its owner."""
        ...

    async def add(self, file: SessionFile) -> None:
        """Stores a whole session, whose ids must be new."""
        ...

    async def whole(self, session_id: str) -> SessionFile:
        """Reads a session with all its messages, superseded ones too, and context texts."""
        ...

    async def idle_ids(self, since: str) -> list[str]:
        """Returns ids of some sessions that were last used before `since`."""
        ...

    async def list_created_at(self, time: str) -> list[str]:
        """Returns ids of the sessions that began at this time, oldest first.

        An import keeps the time at which its session began.
        """
        ...

    async def search(self, params: SearchParams) -> SearchResult:
        """Returns one page of messages that match.

        A hit's `uri` is its pane's, and its `line` counts within its message: the history does not
        know what precedes the message in the document.
        """
        ...

    async def conversations_up_to(self, message_ids: Sequence[str]) -> dict[str, list[Message]]:
        """Reads the documents of these messages by pane, each up to the last one.

        A message that was deleted or superseded has no document.
        """
        ...


class Maintenance(Protocol):
    """Maintains the history's storage."""

    async def stats(self) -> HistoryStats:
        """Counts what the history contains, and how much space it uses."""
        ...

    async def vacuum(self) -> VacuumResult:
        """Returns free space to the file system.

        Raises `AntiphonError` (`conflict`) while others use the history.
        """
        ...

    async def verify(self) -> VerifyResult:
        """Checks everything that could be wrong."""
        ...

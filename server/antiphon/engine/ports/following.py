"""Defines what following a session needs from the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Session


class SessionLook(Struct, frozen=True):
    """A session as it is stored at one time, with the messages that are news."""

    session: Session
    message_ids: Mapping[str, Sequence[str]]
    """The ids of each pane's messages in document order, by the pane's id."""
    messages: Mapping[str, Message]
    """The messages that are new, have another status than is known, or are streaming, by id."""
    owner: str | None = None
    """The user who owns it, `None` for the user of this machine."""


class SessionLooks(Protocol):
    """Reads what changed in a session. Raises `AntiphonError` of kind `storage`."""

    async def version(self) -> int:
        """Returns a number that another process's commit changes, at almost no cost."""
        ...

    async def look(
        self,
        session_id: str,
        known: Mapping[str, str],
        *,
        except_panes: AbstractSet[str] = frozenset(),
    ) -> SessionLook | None:
        """Reads a session, or returns `None` if it does not exist.

        `known` has the status of each message that the caller has. The messages of `except_panes`
        are left out.
        """
        ...

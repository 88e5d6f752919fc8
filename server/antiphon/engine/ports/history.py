"""Defines what the engine needs from the storage of conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    from antiphon.engine.ports.ledger import Ledger, Reservation
    from antiphon.model.commands.models import HistoryStatus
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, Session
    from antiphon.model.values.usage import Cost, Usage


class RunStart(Struct, frozen=True):
    """Everything that a run stores in one transaction before its first request is sent."""

    run_id: str
    session: Session
    """With the panes that are asked; new ones are created, known ones updated."""
    messages: Sequence[Message]
    """The prompts and the empty answers (status `streaming`), in document order."""
    superseded: Sequence[str] = ()
    """Ids of messages that leave their pane's document because they are regenerated."""
    contexts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Texts of context items by their SHA-256 (hex), each stored once for any number of prompts.
    Messages name them in `context`."""
    reservation: Reservation | None = None
    """What is reserved from the budgets for its answers."""
    session_exists: bool = False
    """Whether the session is stored already. If it was deleted since, nothing is stored."""


class TextChunk(Struct, frozen=True):
    """Text of a running answer, appended."""

    message_id: str
    text: str
    is_reasoning: bool = False
    """Whether it belongs to the message's `reasoning`, not to its `content`."""


class Attempt(Struct, frozen=True):
    """One request to a provider that ended, with or without an answer."""

    message_id: str
    number: int
    failure_kind: str | None
    usage: Usage | None = None
    """What the provider charged for it, if it brought no answer."""
    cost: Cost | None = None


class AnswerEnd(Struct, frozen=True):
    """A running answer reached its end: the whole message, with its final state."""

    message: Message


Record = TextChunk | Attempt | AnswerEnd


class History(Protocol):
    """Stores conversations, with one whole transaction for each method.

    Raises `AntiphonError` of kind `storage` if the database cannot be used, of kind `not_found` if
    an id is unknown.
    """

    @property
    def survives(self) -> bool:
        """Whether stored data outlives the server, unlike a history in memory."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The storage of spending."""
        ...

    async def begin_run(self, start: RunStart) -> None:
        """Stores a run before it is sent, and reserves its likely cost.

        Raises `AntiphonError` of kind `conflict` if a pane is still answering, in this server or in
        another one, of kind `not_found` if the session that it continues was deleted;
        `OverBudgetError` if a budget has too little left.
        """
        ...

    async def add_messages(self, session: Session, messages: Sequence[Message]) -> None:
        """Stores messages that no run brought, at the end of their panes.

        New panes are stored too. Raises `AntiphonError` of kind `conflict` if a pane is still
        answering, of kind `not_found` if the session was deleted.
        """
        ...

    async def references(self, message_id: str) -> tuple[list[Message], list[Pane]]:
        """Finds the messages made from a message, and the panes that used it."""
        ...

    def record(self, records: Sequence[Record]) -> Awaitable[None]:
        """Stores what is about to be shown, so that it survives the process."""
        ...

    async def recover(self) -> None:
        """Ends the answers of servers that no longer run as `interrupted`, with their text."""
        ...

    async def session(self, session_id: str) -> Session:
        """Reads a session with its panes, in the order of their creation."""
        ...

    async def pane(self, pane_id: str) -> Pane:
        """Reads one pane."""
        ...

    async def messages(
        self, *, session_id: str | None = None, pane_id: str | None = None
    ) -> list[Message]:
        """Reads the messages of a session or a pane in document order, without superseded ones.

        A running answer has the text that is stored so far.
        """
        ...

    async def message(self, message_id: str) -> Message:
        """Reads one message, superseded or not."""
        ...

    async def sessions(
        self, *, limit: int, cursor: str | None = None, tag: str | None = None
    ) -> tuple[list[Session], str | None]:
        """Reads a page of sessions, the latest used first, and the next cursor."""
        ...

    async def session_of_run(self, run_id: str) -> str:
        """Returns the id of the session of a run, of a pipeline's too."""
        ...

    async def contexts(self, hashes: Sequence[str]) -> dict[str, str]:
        """Reads the stored texts of context items, by their SHA-256."""
        ...

    def status(self) -> HistoryStatus:
        """Returns where the history is stored, and what is wrong with it now."""
        ...

"""What the engine needs of the place where conversations are kept."""

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
    """Everything that a run stores before its first byte leaves, in one transaction."""

    run_id: str
    session: Session
    """With the panes that are asked; new ones are created, known ones updated."""
    messages: Sequence[Message]
    """The prompts and the empty answers (status `streaming`), in document order."""
    superseded: Sequence[str] = ()
    """Ids of messages that leave their pane's document because they are regenerated."""
    contexts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Texts of context items by their SHA-256 (hex); stored once each, however many prompts hold
    them. Messages name them in `context`."""
    reservation: Reservation | None = None
    """What is held of the budgets for its answers."""
    goes_on: bool = False
    """The session is stored already; where it is there no more, nothing is."""


class TextChunk(Struct, frozen=True):
    """Text of a running answer, appended."""

    message_id: str
    text: str
    is_reasoning: bool = False
    """It belongs to the message's `reasoning`, not to its `content`."""


class Attempt(Struct, frozen=True):
    """One request to a provider that ended, whether or not it brought an answer."""

    message_id: str
    number: int
    failure_kind: str | None
    usage: Usage | None = None
    """What the provider charged for it, where it brought no answer."""
    cost: Cost | None = None


class AnswerEnd(Struct, frozen=True):
    """A running answer reached its end: the whole message, with its final state."""

    message: Message


Record = TextChunk | Attempt | AnswerEnd


class History(Protocol):
    """Where conversations are kept. Every method is one whole transaction.

    Raises `AntiphonError` of kind `storage` where the database cannot be used, of kind
    `not_found` where an id names nothing.
    """

    @property
    def survives(self) -> bool:
        """Whether what is stored outlives the server: not where the history is in memory."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Where spending is kept."""
        ...

    async def begin_run(self, start: RunStart) -> None:
        """Stores a run before it is sent, and reserves what it is going to take.

        Raises `AntiphonError` of kind `conflict` where a pane is still answering, in this server
        or in another one, of kind `not_found` where the session that it goes on with is gone;
        `OverBudgetError` where a budget has too little left.
        """
        ...

    async def add_messages(self, session: Session, messages: Sequence[Message]) -> None:
        """Stores messages that no run brought, at the end of their panes; new panes with them.

        Raises `AntiphonError` of kind `conflict` where a pane is still answering, of kind
        `not_found` where the session is gone.
        """
        ...

    async def references(self, message_id: str) -> tuple[list[Message], list[Pane]]:
        """Where a message went: messages made from it, and panes that have it as a source."""
        ...

    def record(self, records: Sequence[Record]) -> Awaitable[None]:
        """Stores what is about to be shown: when this returns it survives the process."""
        ...

    async def recover(self) -> None:
        """Ends the answers of servers that are gone, as at the start: `interrupted`, text kept."""
        ...

    async def session(self, session_id: str) -> Session:
        """A session with its panes, in the order of their creation."""
        ...

    async def pane(self, pane_id: str) -> Pane:
        """One pane."""
        ...

    async def messages(
        self, *, session_id: str | None = None, pane_id: str | None = None
    ) -> list[Message]:
        """The messages of a session or of one pane in document order, superseded ones left out.

        A running answer has the text that is stored so far.
        """
        ...

    async def message(self, message_id: str) -> Message:
        """One message, superseded or not."""
        ...

    async def sessions(
        self, *, limit: int, cursor: str | None = None, tag: str | None = None
    ) -> tuple[list[Session], str | None]:
        """A page of sessions, the most recently used first, and the next page's cursor."""
        ...

    async def contexts(self, hashes: Sequence[str]) -> dict[str, str]:
        """The stored texts of context items, by their SHA-256."""
        ...

    def status(self) -> HistoryStatus:
        """Where it is kept, and what is wrong with it at the moment."""
        ...

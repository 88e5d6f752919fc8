"""What the engine needs of the world outside, as protocols; `antiphon.app` brings the parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from decimal import Decimal

    from antiphon.engine.deltas import Delta, ProviderError
    from antiphon.model.commands import ContextItem, HistoryStatus
    from antiphon.model.events import PaneEvent
    from antiphon.model.message import Message
    from antiphon.model.model_info import ModelInfo, ProviderStatus
    from antiphon.model.session import Pane, Session


class Clock(Protocol):
    """Time that only moves forward, in seconds; tests bring their own."""

    def __call__(self) -> float: ...


# --- providers -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One message as a provider is sent it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What one pane asks of its model."""

    model: str
    """The provider's own name of the model, without the provider's prefix."""
    turns: Sequence[ChatTurn]
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """temperature, max_tokens, top_p, seed, stop and what else was given, by wire-neutral names."""
    connect_timeout_s: float = 5.0


class Provider(Protocol):
    """A vendor of models: one method."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The answer as it comes. Closing the iterator closes the connection.

        Raises `ProviderError` for everything that the outside world does wrong. Does not retry,
        and has no time limit but that on connecting: both belong to the engine.
        """
        ...


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens of each class."""

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    """`None`: as `input`."""


class Providers(Protocol):
    """The configured providers; `antiphon.providers.registry` is the one that ships."""

    def names(self) -> Sequence[str]:
        """The names of all configured providers."""
        ...

    def provider(self, name: str) -> Provider:
        """The provider of that name, loaded on first use.

        Raises `ProviderError` where it cannot be used (no key, no address), saying what to set.
        """
        ...

    async def prepare(self, name: str) -> None:
        """Imports what the provider needs, without stalling the loop; may be awaited often."""
        ...

    def max_concurrency(self, name: str) -> int:
        """How many of its streams may run at once."""
        ...

    def statuses(self) -> Sequence[ProviderStatus]:
        """Whether each provider can be used, and why not."""
        ...

    async def models(self, *, refresh: bool = False) -> Sequence[ModelInfo]:
        """Every model that is known, available ones first."""
        ...

    def model_info(self, model_id: str) -> ModelInfo:
        """The card of one model; a bare one for a model that its provider does not list."""
        ...

    def nearest_models(self, model_id: str, limit: int = 3) -> Sequence[str]:
        """The known ids most like `model_id`, best first; asks nobody."""
        ...

    async def siblings(self, model_id: str, limit: int = 3) -> Sequence[str]:
        """The ids most like `model_id` that its own provider lists; it is asked where need be."""
        ...

    def price(self, model_id: str) -> Price | None:
        """The model's price, or `None` where it is unknown."""
        ...

    def cooldown(self, model_id: str) -> ProviderError | None:
        """Why this model must not be asked at the moment (a refused key, a long Retry-After)."""
        ...

    def report(self, model_id: str, problem: ProviderError | None) -> None:
        """Says how a request ended, so that `cooldown` knows; `None` for a request that worked."""
        ...

    async def aclose(self) -> None:
        """Closes every connection."""
        ...


# --- history ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunStart:
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


@dataclass(frozen=True, slots=True)
class TextChunk:
    """Text of a running answer, appended."""

    message_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to a provider that ended, whether or not it brought an answer."""

    message_id: str
    number: int
    failure_kind: str | None


@dataclass(frozen=True, slots=True)
class AnswerEnd:
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

    async def begin_run(self, start: RunStart) -> None:
        """Stores a run before it is sent.

        Raises `AntiphonError` of kind `conflict` where a pane is still answering, in this server
        or in another one.
        """
        ...

    async def record(self, records: Sequence[Record]) -> None:
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


# --- context and clients ---------------------------------------------------------------------


class ContextReader(Protocol):
    """Reads what a prompt refers to, within what the person opened."""

    async def read(self, item: ContextItem, *, max_bytes: int) -> str:
        """The text of `item`, cut to its range.

        Raises `AntiphonError` of kind `invalid_params` where the file is missing, binary, too
        large or outside the workspace.
        """
        ...

    def label(self, item: ContextItem) -> str:
        """How the prompt calls it: `src/app.py, lines 3 to 9`."""
        ...


class StreamSink(Protocol):
    """One client's stream: what a run shows."""

    async def room(self) -> None:
        """Returns when the client's pipe has room for another batch."""
        ...

    def send(self, events: Sequence[PaneEvent]) -> None:
        """Sends one batch, behind everything that was sent before; does not wait."""
        ...

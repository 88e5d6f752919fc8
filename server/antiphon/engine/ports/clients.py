"""What the engine needs of the client that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from decimal import Decimal

    from antiphon.model.commands.runs import ContextItem
    from antiphon.model.conversation.events import PaneEvent


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

    def room(self) -> Awaitable[None]:
        """Returns when the client's pipe has room for another batch."""
        ...

    def send(self, events: Sequence[PaneEvent]) -> None:
        """Sends one batch, behind everything that was sent before; does not wait."""
        ...


class Cancellation(Protocol):
    """The caller's way to stop what it asked for."""

    def on_request(self, callback: Callable[[], object]) -> None:
        """Calls back when the caller wants it stopped; at once where it already does."""
        ...


class Caller(Protocol):
    """Who asked: where a run is shown, what may be read for it, how it is stopped."""

    @property
    def sink(self) -> StreamSink: ...

    @property
    def context(self) -> ContextReader: ...

    @property
    def cancellation(self) -> Cancellation: ...

    @property
    def allows_over_budget(self) -> bool:
        """Whether the person lets it go over a budget."""
        ...

    @property
    def confirm_above(self) -> Decimal | None:
        """US dollars above which the person is asked first; `None` asks about no price."""
        ...

    async def may_spend(self, question: str) -> bool:
        """Whether the person agrees to a price.

        False where the person declines, and where nobody can be asked.
        """
        ...

    async def may_send(self, warnings: Sequence[str]) -> bool:
        """Whether what looks like keys, in these places, may leave.

        False where the person says so, and where nobody can be asked.
        """
        ...


class ChangeNotifier(Protocol):
    """Tells clients what changed, as pairs of a type (`session`, `meter`) and an id."""

    def __call__(self, *changes: tuple[str, str]) -> None: ...

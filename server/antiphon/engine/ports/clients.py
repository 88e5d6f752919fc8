"""Defines what the engine needs from the client that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from decimal import Decimal

    from antiphon.model.commands.pipelines.results import StepEvent
    from antiphon.model.commands.runs import ContextItem
    from antiphon.model.conversation.events import PaneEvent


class ContextReader(Protocol):
    """Reads what a prompt refers to, within the folders that the user opened."""

    async def read(self, item: ContextItem, *, max_bytes: int) -> str:
        """Returns the text of `item`, cut to its range.

        Raises `AntiphonError` of kind `invalid_params` if the file is missing, binary, too large
        or outside the workspace.
        """
        ...

    def label(self, item: ContextItem) -> str:
        """Returns the item's name in the prompt: `src/app.py, lines 3 to 9`."""
        ...


class StreamSink(Protocol):
    """One client's stream, on which a run is shown."""

    def room(self) -> Awaitable[None]:
        """Returns when the client's pipe has room for another batch."""
        ...

    def send(self, events: Sequence[PaneEvent]) -> None:
        """Sends one batch after all earlier ones, without waiting."""
        ...

    def show_step(self, event: StepEvent) -> None:
        """Shows how far a step of a pipeline came, without waiting."""
        ...


class Cancellation(Protocol):
    """Lets the caller stop what it asked for."""

    def on_request(self, callback: Callable[[], object]) -> None:
        """Calls back when the caller cancels, or at once if it already has."""
        ...


class Caller(Protocol):
    """The caller of a run: its stream, its readable context, its cancellation."""

    @property
    def sink(self) -> StreamSink: ...

    @property
    def context(self) -> ContextReader: ...

    @property
    def cancellation(self) -> Cancellation: ...

    @property
    def allows_over_budget(self) -> bool:
        """Whether the user allows the run to exceed a budget."""
        ...

    @property
    def confirm_above(self) -> Decimal | None:
        """US dollars above which the user is asked first, or `None`."""
        ...

    @property
    def session_limit(self) -> Decimal | None:
        """US dollars that the session may cost, beside the user's budgets, or `None`."""
        ...

    async def may_spend(self, question: str) -> bool:
        """Asks the user whether to pay a price, and returns the answer.

        False if the user declines, or cannot be asked.
        """
        ...

    async def may_send(self, warnings: Sequence[str]) -> bool:
        """Returns whether texts that look like keys may be sent.

        False if the user refuses, or cannot be asked.
        """
        ...


class ChangeNotifier(Protocol):
    """Notifies clients of changes, as pairs of a type (`session`, `meter`) and an id."""

    def __call__(self, *changes: tuple[str, str]) -> None: ...

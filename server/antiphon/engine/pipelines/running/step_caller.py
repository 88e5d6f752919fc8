"""Lets the steps of a run share one caller: its stream, questions and cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from antiphon.engine.pipelines.running.progress import StepPane
from antiphon.model.conversation.events import StartEvent

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from decimal import Decimal

    from antiphon.engine.ports import ContextReader, StreamSink
    from antiphon.engine.ports.clients import Caller, Cancellation
    from antiphon.model.commands.pipelines.results import StepEvent
    from antiphon.model.conversation.events import PaneEvent


class SharedCancellation:
    """Stops every answer of every step, those that have not begun too."""

    def __init__(self) -> None:
        self.requested = False
        self._callbacks: list[Callable[[], object]] = []

    def on_request(self, callback: Callable[[], object]) -> None:
        """Calls back when the run is stopped, or at once if it already was."""
        if self.requested:
            callback()
        else:
            self._callbacks.append(callback)

    def request(self) -> int:
        """Stops everything, once, and returns how many panes were running."""
        self.requested = True
        callbacks, self._callbacks = self._callbacks, []
        stopped = [callback() for callback in callbacks]
        return sum(each for each in stopped if isinstance(each, int))


class StepSink:
    """Passes a step's events on, and notes which panes have begun to answer."""

    def __init__(self, sink: StreamSink) -> None:
        self._sink = sink
        self.begun: list[StepPane] = []
        self.changed = anyio.Event()

    def room(self) -> Awaitable[None]:
        """Returns when the client's pipe has room."""
        return self._sink.room()

    def send(self, events: Sequence[PaneEvent]) -> None:
        """Sends one batch."""
        for event in events:
            if isinstance(event, StartEvent):
                self.begun.append(StepPane(event.pane_id, event.message_id))
                self.changed.set()
        self._sink.send(events)

    def show_step(self, event: StepEvent) -> None:
        """Shows how far a step came."""
        self._sink.show_step(event)


class StepCaller:
    """The caller of one step, which asks the caller of the run."""

    def __init__(
        self, caller: Caller, cancellation: Cancellation, session_limit: Decimal | None = None
    ) -> None:
        self._caller = caller
        self.session_limit = session_limit
        """US dollars that the whole run may cost: its session has nothing else."""
        self.sink = StepSink(caller.sink)
        self.cancellation = cancellation

    @property
    def context(self) -> ContextReader:
        """What the client lets the server read."""
        return self._caller.context

    @property
    def allows_over_budget(self) -> bool:
        """Whether the user allows the run to exceed a budget."""
        return self._caller.allows_over_budget

    @property
    def confirm_above(self) -> Decimal | None:
        """US dollars above which the user is asked first."""
        return self._caller.confirm_above

    async def may_spend(self, question: str) -> bool:
        """Asks the user whether to pay a price."""
        return await self._caller.may_spend(question)

    async def may_send(self, warnings: Sequence[str]) -> bool:
        """Returns whether texts that look like keys may be sent."""
        return await self._caller.may_send(warnings)

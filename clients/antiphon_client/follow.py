"""Follows a session by its events, and keeps what they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.model.commands.follow import (
    ChangedEvent,
    FollowEvent,
    SessionFollowResult,
    SnapshotEvent,
)
from antiphon.model.conversation.events import ErrorEvent, FinalEvent, StartEvent, TokenEvent
from antiphon_client.errors import BadServerMessage
from antiphon_client.run import EVENTS, EventStream

if TYPE_CHECKING:
    from antiphon.model.commands.follow import SessionFollowParams
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane, Session
    from antiphon.model.wire import Wire
    from antiphon_client.connection import Connection

_FOLLOW_EVENTS: Final[dict[str, type[Wire]]] = {
    **EVENTS,
    "snapshot": SnapshotEvent,
    "changed": ChangedEvent,
}


class Follow(EventStream[FollowEvent]):
    """A session that is followed. `cancel` ends it, and so does leaving `async with`."""

    def __init__(self, connection: Connection, params: SessionFollowParams) -> None:
        command = {"command": "antiphon.session.follow", "arguments": [params.to_wire()]}
        super().__init__(connection, command, str(params.stream_token), _FOLLOW_EVENTS)

    async def result(self) -> SessionFollowResult:
        """Waits for the follow's end and returns why it ended. Raises as `result_as` does."""
        return await self.result_as(SessionFollowResult)


class FollowedSession:
    """The session that the events of a follow add up to."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self.panes: dict[str, Pane] = {}
        self.is_deleted = False
        self._messages: dict[str, list[Message]] = {}
        self._last = 0

    @property
    def running(self) -> list[Message]:
        """The answers that have not ended, with their text so far."""
        ends = [messages[-1] for messages in self._messages.values() if messages]
        return [message for message in ends if message.status == "streaming"]

    def messages(self, pane_id: str) -> list[Message]:
        """Returns the messages of a pane, in the order of its document."""
        return self._messages.get(pane_id, [])

    def apply(self, event: FollowEvent) -> None:
        """Applies the next event. Raises `BadServerMessage` if one is missing."""
        if event.session_seq != self._last + 1:
            raise BadServerMessage(f"Event {event.session_seq} came after {self._last}.")
        self._last += 1
        if isinstance(event, SnapshotEvent):
            self._restart(event)
        elif isinstance(event, ChangedEvent):
            self._change(event)
        elif isinstance(event, StartEvent):
            self._start(event)
        elif isinstance(event, TokenEvent):
            self._update_last(event.pane_id, content=self._content(event.pane_id) + event.text)
        elif isinstance(event, FinalEvent | ErrorEvent):
            self._end(event)

    def _restart(self, event: SnapshotEvent) -> None:
        self.session = event.session
        self.panes = {pane.id: pane for pane in event.session.panes}
        self._messages = {pane_id: [] for pane_id in self.panes}
        for message in event.messages:
            self._messages[message.pane_id].append(message)

    def _change(self, event: ChangedEvent) -> None:
        self.is_deleted = self.is_deleted or bool(event.deleted)
        self.session = event.session or self.session
        if event.pane is not None:
            self.panes[event.pane.id] = event.pane
            self._messages[event.pane.id] = list(event.messages or ())
        if event.message is not None:
            self._messages[event.message.pane_id].append(event.message)

    def _start(self, event: StartEvent) -> None:
        self.panes[event.pane_id] = event.pane
        kept = [each for each in self.messages(event.pane_id) if each.id != event.replaces]
        self._messages[event.pane_id] = [*kept, *(event.messages or ())]

    def _end(self, event: FinalEvent | ErrorEvent) -> None:
        is_final = isinstance(event, FinalEvent)
        self._update_last(
            event.pane_id,
            content=event.content,
            status=event.status if is_final else "failed",
            error=event.failure,
            finish_reason=event.finish_reason if is_final else None,
            notes=event.notes if is_final else None,
        )

    def _content(self, pane_id: str) -> str:
        return self._messages[pane_id][-1].content

    def _update_last(self, pane_id: str, **changes: object) -> None:
        messages = self._messages[pane_id]
        messages[-1] = messages[-1].model_copy(update=changes)

"""Keeps one pane as its followers know it, and makes their next events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.engine.document import render
from antiphon.engine.following.event_log import LoggedEvent
from antiphon.engine.following.pane_changes import (
    build_start,
    count_shared,
    empty_answer,
    goes_back,
    group_by_run,
    only_grows,
)
from antiphon.engine.pane.events import end_event, reasoning_event
from antiphon.model.commands.follow import ChangedEvent
from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    ReasoningEvent,
    StartEvent,
    TokenEvent,
)
from antiphon.model.values.positions import count_utf16

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.pane.live_pane import LivePane
    from antiphon.model.conversation.events import PaneEvent
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane


class FollowedPane:
    """The messages of one pane, as the events so far have brought them."""

    def __init__(self, pane: Pane) -> None:
        self.pane = pane
        self.shows = 0
        """Counts what this server's runs began and ended here, so that older reads are known."""
        self._messages: list[Message] = []
        self._length: int | None = None
        self._live: LivePane | None = None
        self._seq = 0

    @property
    def messages(self) -> list[Message]:
        """All messages, the running one with its text so far."""
        return self._messages if self._live is None else self._live.shown_messages()

    @property
    def is_running(self) -> bool:
        """Whether the last answer has not ended, whichever server runs it."""
        return bool(self._messages) and self._messages[-1].status == "streaming"

    def adopt(self, messages: Sequence[Message], live: LivePane | None) -> None:
        """Begins with what is there: `messages`, or what `live` has shown."""
        self._live = live if live is not None and live.started and not live.done else None
        self._messages = list(messages if live is None else live.shown_messages())
        if self._live is not None:
            self._length = count_utf16(render.render(self._messages))

    # --- runs of this server -------------------------------------------------------------------

    def show(self, event: PaneEvent, live: LivePane) -> list[LoggedEvent]:
        """Returns what an event of this server's own run means to followers."""
        if isinstance(event, StartEvent):
            return self._start(event, live)
        text = _text_of(event)
        at = self._grow(text) if text else None
        if isinstance(event, FinalEvent | ErrorEvent):
            self._messages = live.shown_messages()
            self._live = None
            self.shows += 1
        return [LoggedEvent(event, event.size, at)]

    def _start(self, event: StartEvent, live: LivePane) -> list[LoggedEvent]:
        plan = live.plan
        self.shows += 1
        if self.is_running and self._messages[-1].id == event.message_id:
            # It was found in the history before its run was known to have begun.
            self._length = count_utf16(render.render(self._messages))
            self._live = live
            return []
        replaced = [] if plan.replaced is None else [plan.replaced]
        before = [*plan.before, *replaced]
        logged = self.update(event.pane, before)
        if [message.id for message in self._messages] != [message.id for message in before]:
            logged = self.replace(before)
        self._live = live
        self._messages = [*plan.before, *plan.opening, plan.answer]
        self._length = count_utf16(render.render(plan.before))
        update = {"messages": [*plan.opening, plan.answer]}
        if replaced:
            update["replaces"] = replaced[0].id  # type: ignore[assignment]
        start = event.model_copy(update=update)
        at = self._grow(event.append)
        return [*logged, LoggedEvent(start, 2 * event.size, at)]

    # --- runs of other servers -----------------------------------------------------------------

    def update(self, pane: Pane, new: list[Message]) -> list[LoggedEvent]:
        """Returns the events that lead to `new`, the messages that the history has now."""
        old = self._messages
        if goes_back(old, new):
            return []
        is_changed = _without_state(pane) != _without_state(self.pane)
        self.pane = pane
        shared = count_shared(old, new)
        groups = list(group_by_run(new[shared:]))
        if not only_grows(old, new, shared) or (old[shared:] and groups[0][1] is None):
            return self.replace(new)
        logged: list[LoggedEvent] = []
        if shared and shared == len(old):
            logged += self._continue(new[shared - 1])
        replaced = old[shared] if old[shared:] else None
        if replaced is not None:
            self._cut(shared)
        for opening, answer in groups:
            if answer is None:
                logged += [self._add(message) for message in opening]
            else:
                logged += self._begin(opening, answer, replaced)
                replaced = None
        if is_changed and not any(isinstance(each.event, StartEvent) for each in logged):
            logged += self.replace(new)
        return logged

    def replace(self, messages: Sequence[Message]) -> list[LoggedEvent]:
        """Returns the event that gives the pane other messages, or announces a new pane."""
        self._messages = list(messages)
        self._length = None
        event = ChangedEvent(
            session_seq=0,
            what="pane",
            session_id=self.pane.session_id,
            pane_id=self.pane.id,
            pane=self.pane,
            messages=self._messages,
        )
        return [LoggedEvent(event, sum(len(each.content) for each in messages))]

    def _cut(self, count: int) -> None:
        self._messages = self._messages[:count]
        self._length = None

    def _begin(
        self, opening: Sequence[Message], answer: Message, replaced: Message | None
    ) -> list[LoggedEvent]:
        empty = empty_answer(answer)
        start = build_start(self.pane, self._messages, opening, empty, replaced)
        self._seq = 1
        at = self._grow(start.append)
        self._messages = [*self._messages, *opening, empty]
        return [LoggedEvent(start, 2 * start.size, at), *self._continue(answer)]

    def _continue(self, new: Message) -> list[LoggedEvent]:
        """Returns the events that lead from the last message to `new`, which has more text."""
        old = self._messages[-1]
        if old.status != "streaming":
            return []
        logged: list[LoggedEvent] = []
        thought = render.thinking(new)[len(render.thinking(old)) :]
        if thought:
            event = reasoning_event(new, self._next(), thought)
            logged.append(LoggedEvent(event, len(thought), self._grow(thought)))
        text = new.content[len(old.content) :]
        if text:
            token = TokenEvent(pane_id=new.pane_id, message_id=new.id, seq=self._next(), text=text)
            logged.append(LoggedEvent(token, len(text), self._grow(text)))
        if new.status != "streaming":
            end = end_event(new, self._next())
            logged.append(LoggedEvent(end, end.size, self._grow(end.append or "")))
        self._messages = [*self._messages[:-1], new]
        return logged

    def _add(self, message: Message) -> LoggedEvent:
        """Returns the event of a message that no run brought."""
        heading = render.opening(message, first=not self._messages)
        append = heading + render.thinking(message) + message.content + render.closing(message)
        at = self._grow(append)
        self._messages = [*self._messages, message]
        event = ChangedEvent(
            session_seq=0,
            what="message",
            session_id=self.pane.session_id,
            pane_id=message.pane_id,
            message_id=message.id,
            message=message,
            append=append,
            at=at,
        )
        return LoggedEvent(event, 2 * len(message.content))

    def _grow(self, text: str) -> int:
        """Adds `text` to the document's length, and returns the length before."""
        if self._length is None:
            self._length = count_utf16(render.render(self._messages))
        before = self._length
        self._length += count_utf16(text)
        return before

    def _next(self) -> int:
        self._seq += 1
        return self._seq


def _text_of(event: PaneEvent) -> str:
    if isinstance(event, TokenEvent):
        return event.text
    if isinstance(event, ReasoningEvent | FinalEvent | ErrorEvent):
        return event.append or ""
    return ""


def _without_state(pane: Pane) -> Pane:
    return pane.model_copy(update={"state": "idle"})

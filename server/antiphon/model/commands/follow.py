"""Defines the argument and result of `antiphon.session.follow`, and what only its stream has."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from antiphon.model.commands.runs import ProgressToken
from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    MeterEvent,
    ReasoningEvent,
    RetryEvent,
    StartEvent,
    TokenEvent,
    WaitEvent,
)
from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Pane, Session
from antiphon.model.wire import Absent, Wire


class SessionFollowParams(Wire):
    """Follows a session under the caller's own `streamToken`, until the request is cancelled."""

    session_id: str
    stream_token: ProgressToken


class SessionFollowResult(Wire):
    """Why a follow ended: its client cancelled it, or the session was deleted."""

    session_id: str
    ended: Literal["cancelled", "deleted"]


class SnapshotEvent(Wire):
    """The session as it is now, sent first, and again to a slow follower.

    A running answer has the text that was shown so far.
    """

    type: Literal["snapshot"] = "snapshot"
    session_seq: int
    session: Session
    messages: list[Message]
    """Every message of its panes, without superseded ones, in the order of each pane."""


class ChangedEvent(Wire):
    """Something changed that no run's event says, here or in another server.

    `what` is `session` (its title, tags or panes, or `deleted`), `pane` (a new pane, or one whose
    messages changed other than at its end) or `message` (one that no run brought, at the end).
    """

    type: Literal["changed"] = "changed"
    session_seq: int
    what: Literal["message", "pane", "session"]
    session_id: str
    session: Absent[Session] = None
    """Of a `session` that was not deleted: the session as it is now."""
    deleted: Absent[bool] = None
    """Of a `session`: it was deleted, and this is the last event."""
    pane_id: Absent[str] = None
    pane: Absent[Pane] = None
    """Of a `pane`: the pane as it is now."""
    messages: Absent[list[Message]] = None
    """Of a `pane`: all messages that it has now. Its document has to be pulled."""
    message_id: Absent[str] = None
    message: Absent[Message] = None
    append: Absent[str] = None
    """Of a `message`: text that is added to the pane document."""
    at: Absent[int] = None
    """Of a `message`: the length of the pane document before `append`, in UTF-16 code units."""


FollowEvent = Annotated[
    SnapshotEvent
    | ChangedEvent
    | StartEvent
    | TokenEvent
    | ReasoningEvent
    | MeterEvent
    | RetryEvent
    | WaitEvent
    | FinalEvent
    | ErrorEvent,
    Field(discriminator="type"),
]
"""An event of a followed session."""


class FollowBatch(Wire):
    """The value of one `$/progress` notification of a followed session, in order."""

    events: list[FollowEvent]

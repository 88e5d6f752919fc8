"""The argument and the result of searching through all conversations."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.conversation.message import Role, Status
from antiphon.model.wire import Absent, Wire


class SearchParams(Wire):
    """What to look for, and where; a message fits if it fits every field that is given."""

    query: str
    """Words that must all be there, `"phrases"` and `beginnings*`."""
    models: Absent[list[str]] = None
    """Any of these, by their whole ids; a prompt has the model of its pane."""
    providers: Absent[list[str]] = None
    roles: Absent[list[Role]] = None
    session_id: Absent[str] = None
    tags: Absent[list[str]] = None
    """Sessions that have all of these."""
    since: Absent[str] = None
    """RFC 3339, or a day; a message of this very moment fits."""
    until: Absent[str] = None
    """RFC 3339, or a day; a message of this very moment does not fit."""
    limit: Absent[int] = Field(default=None, ge=1, le=100)
    cursor: Absent[str] = None
    all: Absent[bool] = None
    """Compare all messages that fit, not only the newest 10,000 of them."""


class SearchHit(Wire):
    """One message that fits."""

    session_id: str
    pane_id: str
    message_id: str
    model: str
    role: Role
    created_at: str
    snippet: str
    """A part of the text on one line, with what fits best; cut ends are marked by `…`."""
    highlights: list[list[int]]
    """`[start, end]` of what fits in the snippet, in Unicode code points."""
    uri: str
    """The pane's document, or the message's own where it is superseded."""
    line: int
    """The line of that document, counted from zero, where the first match of the snippet is."""
    title: str
    """The session's."""
    pane_title: str
    status: Status
    field: Literal["content", "context"]
    """`context`: not what was said fits, but the name of what was put in front of it."""
    superseded: Absent[bool] = None
    """True where a regenerated answer took its place in the pane."""


class SearchResult(Wire):
    """One page of messages, those that fit best first."""

    hits: list[SearchHit]
    next_cursor: Absent[str] = None
    bounded: Absent[bool] = None
    """True where more than the newest 10,000 messages fit and only those were compared."""

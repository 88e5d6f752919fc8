"""Defines the argument and the result of searching all conversations."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from antiphon.model.conversation.message import Role, Status
from antiphon.model.wire import Absent, Wire


class SearchParams(Wire):
    """What to search for, and where.

    A message matches if it matches every field that is given.
    """

    query: str
    """Words that must all be there, `"phrases"` and `beginnings*`."""
    models: Absent[list[str]] = None
    """Any of these models, by their whole ids; a prompt counts as its pane's model."""
    providers: Absent[list[str]] = None
    roles: Absent[list[Role]] = None
    session_id: Absent[str] = None
    tags: Absent[list[str]] = None
    """Sessions that have all of these."""
    since: Absent[str] = None
    """RFC 3339, or a day; a message of exactly this time matches."""
    until: Absent[str] = None
    """RFC 3339, or a day; a message of exactly this time does not match."""
    limit: Absent[int] = Field(default=None, ge=1, le=100)
    cursor: Absent[str] = None
    all: Absent[bool] = None
    """Ranks all messages that match, not only the newest (10,000, in PostgreSQL at most 1,000)."""


class SearchHit(Wire):
    """One message that matches."""

    session_id: str
    pane_id: str
    message_id: str
    model: str
    role: Role
    created_at: str
    snippet: str
    """A part of the text on one line, with the best match; cut ends are marked by `…`."""
    highlights: list[list[int]]
    """`[start, end]` of each match in the snippet, in Unicode code points."""
    uri: str
    """The pane's document, or the message's own if it is superseded."""
    line: int
    """The line of that document, counted from zero, where the first match of the snippet is."""
    title: str
    """The session's title."""
    pane_title: str
    status: Status
    field: Literal["content", "context"]
    """`context`: not the message matches, but the name of a context item of its prompt."""
    superseded: Absent[bool] = None
    """True if a regenerated answer replaced it in the pane."""


class SearchResult(Wire):
    """One page of messages, the best matches first."""

    hits: list[SearchHit]
    next_cursor: Absent[str] = None
    bounded: Absent[bool] = None
    """True if more match than were ranked: the newest 10,000, in PostgreSQL at most 1,000."""

"""Defines the arguments and results of the commands on sessions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from antiphon.model.conversation.message import Message
from antiphon.model.conversation.session import Session
from antiphon.model.wire import Absent, Wire


class SessionListParams(Wire):
    """Lists sessions, the newest first. `cursor` is the previous page's `nextCursor`."""

    limit: Absent[int] = Field(default=None, ge=1, le=500)
    cursor: Absent[str] = None
    tag: Absent[str] = None


class SessionListResult(Wire):
    """One page of sessions."""

    sessions: list[Session]
    next_cursor: Absent[str] = None


class SessionOpenParams(Wire):
    """Names a session."""

    session_id: str


class SessionOpenResult(Wire):
    """A session with every message of its panes, oldest first."""

    session: Session
    messages: list[Message]


class SessionRenameParams(Wire):
    """Gives a session another title, which is put on one line."""

    session_id: str
    title: str


class SessionTagParams(Wire):
    """Replaces the tags of a session."""

    session_id: str
    tags: list[str]


class SessionDeleteParams(Wire):
    """Names a session to delete, with everything in it."""

    session_id: str


class SessionShareParams(Wire):
    """Lets other users read a session, which its owner alone changes."""

    session_id: str
    with_: Literal["all"] | list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        alias="with"
    )
    """All users of the server, or their names. An empty list shares it with nobody."""


class SessionShareResult(Wire):
    """Who may read a session besides its owner, by name."""

    session_id: str
    with_: Literal["all"] | list[str] = Field(alias="with")


class SessionForkParams(Wire):
    """Names the last message that the new session will hold."""

    message_id: str


class SessionExportParams(Wire):
    """Exports a session as `markdown`, for reading, or as `json`, which can be imported again."""

    session_id: str
    format: Literal["markdown", "json"]


class SessionExportResult(Wire):
    """A whole session as one text."""

    text: str


class SessionImportParams(Wire):
    """What `antiphon.session.export` returned in the format `json`."""

    text: str
    only_new: Absent[bool] = None
    """Stores nothing if a copy of the session is here; the result is that copy then."""


class SessionResult(Wire):
    """A session as it is now."""

    session: Session
    copies: Absent[list[str]] = None
    """After an import: the ids of the sessions that were here already and are the same one."""

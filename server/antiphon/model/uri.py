"""The addresses of documents: `antiphon:/pane/<sessionId>/<paneId>/<slug>` and the message form.

The slug is for people and ignored when resolving; `antiphon:/…` and `antiphon:///…` are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from antiphon.model.ids import is_id

SCHEME: Final = "antiphon"


@dataclass(frozen=True, slots=True)
class PaneAddress:
    """Points at a whole pane."""

    session_id: str
    pane_id: str


@dataclass(frozen=True, slots=True)
class MessageAddress:
    """Points at one message's content."""

    session_id: str
    pane_id: str
    message_id: str


Address = PaneAddress | MessageAddress


def pane_uri(session_id: str, pane_id: str, slug: str) -> str:
    """The address of a pane's document."""
    return f"{SCHEME}:/pane/{session_id}/{pane_id}/{quote(slug, safe='')}"


def message_uri(session_id: str, pane_id: str, message_id: str, slug: str) -> str:
    """The address of one message's content."""
    return f"{SCHEME}:/message/{session_id}/{pane_id}/{message_id}/{quote(slug, safe='')}"


def parse_uri(uri: str) -> Address | None:
    """What `uri` points at, or `None` where it is no address of a pane or message."""
    scheme, _, rest = uri.partition(":")
    if scheme != SCHEME or not rest.startswith("/"):
        return None
    match unquote(rest).lstrip("/").split("/"):
        case ["pane", session, pane, *_] if is_id(session) and is_id(pane):
            return PaneAddress(session, pane)
        case ["message", session, pane, message, *_] if all(map(is_id, (session, pane, message))):
            return MessageAddress(session, pane, message)
        case _:
            return None

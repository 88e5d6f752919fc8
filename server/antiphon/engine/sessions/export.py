"""Exports whole sessions as text: Markdown to read, JSON to import again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from antiphon.engine.document.render import render
from antiphon.engine.sessions.bounded_json import JsonLimitExceeded, parse
from antiphon.model.failure import error

if TYPE_CHECKING:
    from antiphon.model.conversation.session_file import SessionFile


def to_markdown(file: SessionFile) -> str:
    """Returns the panes' documents one after the other, each under its title."""
    session = file.session
    tags = f" · {', '.join(session.tags)}" if session.tags else ""
    parts = [f"# {_one_line(session.title)}\n\n{session.created_at}{tags}\n"]
    for pane in session.panes:
        messages = [
            each for each in file.messages if each.pane_id == pane.id and not each.superseded
        ]
        parts.append(f"\n# {_one_line(pane.title)} ({_one_line(pane.model)})\n\n{render(messages)}")
    return "".join(parts)


def to_json(file: SessionFile) -> str:
    """Returns the session with everything in it, in the format `session/v1`.

    Raises `AntiphonError` of kind `unsupported` if it exceeds the limits of an import.
    """
    # Values without a type of the wire (a user's further parameters) came from JSON.
    text = json.dumps(file.model_dump(by_alias=True), ensure_ascii=False, indent=1) + "\n"
    try:
        parse(text)
    except JsonLimitExceeded as exceeded:
        raise error(
            "unsupported",
            f"This session {exceeded}, which is more than can be imported again.",
            hint="Export it as markdown, or fork a part of it.",
        ) from None
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())

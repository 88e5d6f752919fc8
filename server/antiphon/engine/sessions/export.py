"""Whole sessions as texts: Markdown to read, JSON to import again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from antiphon.engine.document.render import render
from antiphon.engine.sessions.bounded_json import JsonLimitExceeded, parse
from antiphon.model.failure import error

if TYPE_CHECKING:
    from antiphon.model.conversation.session_file import SessionFile


def as_markdown(file: SessionFile) -> str:
    """The panes' documents one after the other, each under its title."""
    session = file.session
    tags = f" · {', '.join(session.tags)}" if session.tags else ""
    parts = [f"# {_one_line(session.title)}\n\n{session.created_at}{tags}\n"]
    for pane in session.panes:
        messages = [
            each for each in file.messages if each.pane_id == pane.id and not each.superseded
        ]
        parts.append(f"\n# {_one_line(pane.title)} ({_one_line(pane.model)})\n\n{render(messages)}")
    return "".join(parts)


def as_json(file: SessionFile) -> str:
    """The session with everything in it, in the format `session/v1`.

    Raises `AntiphonError` of kind `unsupported` where it is more than an import takes.
    """
    # What is not of the wire's own types (a person's further parameters) is JSON's already.
    text = json.dumps(file.model_dump(by_alias=True), ensure_ascii=False, indent=1) + "\n"
    try:
        parse(text)
    except JsonLimitExceeded as problem:
        raise error(
            "unsupported",
            f"This session {problem}, which is more than can be imported again.",
            hint="Export it as markdown, or fork a part of it.",
        ) from None
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())

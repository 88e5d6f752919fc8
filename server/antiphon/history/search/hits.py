"""Reads what a search shows of the messages that it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.history.search.filters import MODEL
from antiphon.history.search.snippets import matches, snippet
from antiphon.model.commands.search import SearchHit
from antiphon.model.values.positions import count_line_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.history.sql.connection import Connection

_HITS: Final = f"""
    SELECT messages.number, messages.id, messages.role, messages.created_at, messages.status,
           messages.superseded, messages.content, message_names.names, {MODEL} AS model,
           panes.id AS pane_id, panes.title AS pane_title, panes.uri,
           sessions.id AS session_id, sessions.title
    FROM messages
    JOIN message_names ON message_names.number = messages.number
    JOIN panes ON panes.id = messages.pane_id
    JOIN sessions ON sessions.id = panes.session_id
    WHERE messages.number IN ({{marks}})
"""  # noqa: S608 - names of our own


def read_hits(connection: Connection, numbers: Sequence[int], in_page: str) -> list[SearchHit]:
    """Returns the hits of these messages, in this order.

    A hit's `line` counts within its message, and its `uri` is its pane's.
    """
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    found = {row["number"]: row for row in connection.execute(_HITS.format(marks=marks), numbers)}
    rows = [found[number] for number in numbers]
    places = matches(in_page, [(row["content"], row["names"] or "") for row in rows])
    return [_hit(row, *each) for row, each in zip(rows, places, strict=True)]


def _hit(row: Any, in_content: list[list[int]], in_names: list[list[int]]) -> SearchHit:
    in_context = bool(in_names) and not in_content
    part = snippet(row["names"], in_names) if in_context else snippet(row["content"], in_content)
    return SearchHit(
        session_id=row["session_id"],
        pane_id=row["pane_id"],
        message_id=row["id"],
        model=row["model"],
        role=row["role"],
        created_at=row["created_at"],
        snippet=part.text,
        highlights=part.highlights,
        uri=row["uri"],
        line=0 if in_context else count_line_ends(row["content"][: part.at]),
        title=row["title"],
        pane_title=row["pane_title"],
        status=row["status"],
        field="context" if in_context else "content",
        superseded=True if row["superseded"] else None,
    )

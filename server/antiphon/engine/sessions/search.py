"""Finds messages by their text, and the line of each hit in its document."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import anyio.to_thread

from antiphon.engine.document.render import closing, opening, thinking
from antiphon.model.conversation.session import to_slug
from antiphon.model.values.positions import count_line_ends
from antiphon.model.values.uri import message_uri

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from antiphon.engine.ports.sessions import SessionStore
    from antiphon.model.commands.search import SearchHit, SearchParams, SearchResult
    from antiphon.model.conversation.message import Message

_CONTEXT_LABELS: Final = "> With "


class Searcher:
    """Searches all messages of the history."""

    def __init__(self, library: SessionStore) -> None:
        self._library = library

    async def search(self, params: SearchParams) -> SearchResult:
        """Returns one page of hits, each with its line in its document.

        Only messages that have ended are found, and only the last answer of a pane can be running.
        So the stored messages give the right line, whatever a client has received of that answer.
        """
        found = await self._library.search(params)
        wanted = [hit.message_id for hit in found.hits if not hit.superseded]
        panes = await self._library.conversations_up_to(wanted) if wanted else {}
        hits = await anyio.to_thread.run_sync(partial(_add_lines, found.hits, panes))
        return found.model_copy(update={"hits": hits})


def _add_lines(
    hits: Sequence[SearchHit], panes: Mapping[str, Sequence[Message]]
) -> list[SearchHit]:
    wanted = {hit.message_id for hit in hits}
    lines_by_id = {
        message_id: lines
        for messages in panes.values()
        for message_id, lines in _find_lines(messages, wanted)
    }
    with_lines: list[SearchHit] = []
    for hit in hits:
        if hit.message_id not in lines_by_id:
            slug = to_slug(hit.pane_title)
            uri = message_uri(hit.session_id, hit.pane_id, hit.message_id, slug)
            with_lines.append(hit.model_copy(update={"uri": uri}))
        else:
            content_line, labels_line = lines_by_id[hit.message_id]
            line = labels_line if hit.field == "context" else content_line + hit.line
            with_lines.append(hit.model_copy(update={"line": line}))
    return with_lines


def _find_lines(
    messages: Sequence[Message], wanted: Collection[str]
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yields wanted ids with the lines of the content and of the context's labels."""
    line = 0
    for number, message in enumerate(messages):
        line += count_line_ends(opening(message, first=number == 0) + thinking(message))
        end = closing(message)
        if message.id in wanted:
            before, has_labels, _ = end.partition(_CONTEXT_LABELS)
            # Counted together: a carriage return at the content's end joins the line feed after it.
            labels_line = line + count_line_ends(message.content + before) if has_labels else line
            yield message.id, (line, labels_line)
        line += count_line_ends(message.content + end)

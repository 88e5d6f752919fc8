"""Finds what was said, and the line of the document where it stands."""

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

_NAMES_OF_CONTEXT: Final = "> With "


class Searcher:
    """Search over everything that was said."""

    def __init__(self, library: SessionStore) -> None:
        self._library = library

    async def search(self, params: SearchParams) -> SearchResult:
        """One page of messages that fit, each with its place in its document.

        What is found has ended, and only the last answer of a pane can be running: the stored
        messages say where a hit stands, however far a client has been shown the rest.
        """
        found = await self._library.search(params)
        wanted = [hit.message_id for hit in found.hits if not hit.superseded]
        panes = await self._library.conversations_up_to(wanted) if wanted else {}
        placed = await anyio.to_thread.run_sync(partial(_placed, found.hits, panes))
        return found.model_copy(update={"hits": placed})


def _placed(hits: Sequence[SearchHit], panes: Mapping[str, Sequence[Message]]) -> list[SearchHit]:
    wanted = {hit.message_id for hit in hits}
    starts = {
        message_id: start
        for messages in panes.values()
        for message_id, start in _starts(messages, wanted)
    }
    placed: list[SearchHit] = []
    for hit in hits:
        if hit.message_id not in starts:
            slug = to_slug(hit.pane_title)
            uri = message_uri(hit.session_id, hit.pane_id, hit.message_id, slug)
            placed.append(hit.model_copy(update={"uri": uri}))
        else:
            in_content, of_names = starts[hit.message_id]
            line = of_names if hit.field == "context" else in_content + hit.line
            placed.append(hit.model_copy(update={"line": line}))
    return placed


def _starts(
    messages: Sequence[Message], wanted: Collection[str]
) -> Iterator[tuple[str, tuple[int, int]]]:
    """The wanted messages' ids, each with the lines of its content and of its context's names."""
    line = 0
    for number, message in enumerate(messages):
        line += count_line_ends(opening(message, first=number == 0) + thinking(message))
        end = closing(message)
        if message.id in wanted:
            before, named, _ = end.partition(_NAMES_OF_CONTEXT)
            # Counted together: a carriage return at the content's end joins the line feed after it.
            of_names = line + count_line_ends(message.content + before) if named else line
            yield message.id, (line, of_names)
        line += count_line_ends(message.content + end)

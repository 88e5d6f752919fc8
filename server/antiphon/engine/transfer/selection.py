"""Finds what is to be sent: messages, or the parts that a selection covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.engine.document.render import blocks, render
from antiphon.model.conflicts import refuse_repeats
from antiphon.model.conversation.message import TextRange
from antiphon.model.failure import error
from antiphon.model.values.positions import offsets_of
from antiphon.model.values.uri import MessageAddress, PaneAddress, parse_uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.model.commands.transfer import TransferFrom
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane
    from antiphon.model.values.positions import Range


class Excerpt(Struct, frozen=True):
    """A message, or a part of one, that is transferred."""

    pane: Pane
    message: Message
    content: str
    range: TextRange | None = None


async def select_excerpts(source: TransferFrom, documents: ShownMessages) -> list[Excerpt]:
    """Returns the messages, or the parts of messages, that `source` names, in order.

    Raises `AntiphonError`: `invalid_params` if it names both or nothing, or a message twice.
    `not_found` if an id names nothing.
    """
    if (source.message_ids is None) == (source.uri is None):
        raise error(
            "invalid_params",
            "Either messages or a selection can be sent, not both or neither.",
            hint="Give messageIds, or uri and range.",
            field="$.from",
        )
    if source.uri is not None:
        return await _select_in_document(source.uri, source.range, documents)
    found: list[Excerpt] = []
    refuse_repeats("message", source.message_ids or (), "$.from.messageIds")
    for message_id in source.message_ids or ():
        pane, message = await documents.answer(message_id)
        found.append(Excerpt(pane, message, message.content))
    return found


async def _select_in_document(
    uri: str, selection: Range | None, documents: ShownMessages
) -> list[Excerpt]:
    match parse_uri(uri):
        case MessageAddress(session_id, pane_id, message_id):
            await documents.pane(PaneAddress(session_id, pane_id))
            pane, message = await documents.answer(message_id)
            if pane.id != pane_id:
                text = f"The pane has no message {message_id}."
                raise error("not_found", text, field="$.from.uri")
            return _cut_to_selection(pane, message.content, [(message, 0)], selection)
        case PaneAddress() as address:
            pane = await documents.pane(address)
            shown = await documents.messages(pane.id)
            starts = [(block.message, block.content_start) for block in blocks(shown)]
            return _cut_to_selection(pane, render(shown), starts, selection)
        case _:
            raise error(
                "invalid_params",
                f"{uri!r} is not the document of a pane or of a message.",
                hint="To send a part of a file, add it to a prompt as context.",
                field="$.from.uri",
            )


def _cut_to_selection(
    pane: Pane, text: str, starts: Sequence[tuple[Message, int]], selection: Range | None
) -> list[Excerpt]:
    """Returns the parts of messages that a selection of a document covers.

    Raises `AntiphonError` of kind `invalid_params` if it covers none.
    """
    if selection is None:
        first, last = 0, len(text)
    else:
        first, last = offsets_of(text, selection)
    found: list[Excerpt] = []
    for message, at in starts:
        start = max(0, first - at)
        end = min(len(message.content), last - at)
        if start >= end:
            continue
        whole = end - start == len(message.content)
        text_range = None if whole else TextRange(start=start, end=end)
        found.append(Excerpt(pane, message, message.content[start:end], text_range))
    if not found:
        raise error(
            "invalid_params",
            "No message is in this selection.",
            hint="Select some of a message's own text.",
            field="$.from.range",
        )
    return found

"""What a person has chosen to send: messages, or the parts of them that a selection covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A message, or a part of one, that is sent on."""

    pane: Pane
    message: Message
    content: str
    range: TextRange | None = None


async def chosen_passages(source: TransferFrom, documents: ShownMessages) -> list[Excerpt]:
    """The messages, or the parts of messages, that `source` names, in order.

    Raises `AntiphonError`: `invalid_params` where it names both or nothing, or one twice;
    `not_found` where an id names nothing.
    """
    if (source.message_ids is None) == (source.uri is None):
        raise error(
            "invalid_params",
            "Messages are sent, or a selection: one of the two.",
            hint="Give messageIds, or uri and range.",
            field="$.from",
        )
    if source.uri is not None:
        return await _selected(source.uri, source.range, documents)
    found: list[Excerpt] = []
    refuse_repeats("message", source.message_ids or (), "$.from.messageIds")
    for message_id in source.message_ids or ():
        pane, message = await documents.answer(message_id)
        found.append(Excerpt(pane, message, message.content))
    return found


async def _selected(uri: str, span: Range | None, documents: ShownMessages) -> list[Excerpt]:
    match parse_uri(uri):
        case MessageAddress(session_id, pane_id, message_id):
            await documents.pane(PaneAddress(session_id, pane_id))
            pane, message = await documents.answer(message_id)
            if pane.id != pane_id:
                what = f"The pane has no message {message_id}."
                raise error("not_found", what, field="$.from.uri")
            return _parts(pane, message.content, [(message, 0)], span)
        case PaneAddress() as address:
            pane = await documents.pane(address)
            shown = await documents.messages(pane.id)
            starts = [(block.message, block.content_start) for block in blocks(shown)]
            return _parts(pane, render(shown), starts, span)
        case _:
            raise error(
                "invalid_params",
                f"{uri!r} is no document of a pane or of a message.",
                hint="To send a part of a file, ask with it as context.",
                field="$.from.uri",
            )


def _parts(
    pane: Pane, text: str, starts: Sequence[tuple[Message, int]], span: Range | None
) -> list[Excerpt]:
    """The parts of messages that a selection of a document covers."""
    if span is None:
        first, last = 0, len(text)
    else:
        first, last = offsets_of(text, span)
    found: list[Excerpt] = []
    for message, at in starts:
        start = max(0, first - at)
        end = min(len(message.content), last - at)
        if start >= end:
            continue
        whole = end - start == len(message.content)
        part = None if whole else TextRange(start=start, end=end)
        found.append(Excerpt(pane, message, message.content[start:end], part))
    if not found:
        raise error(
            "invalid_params",
            "No message is in this selection.",
            hint="Select some of a message's own text.",
            field="$.from.range",
        )
    return found

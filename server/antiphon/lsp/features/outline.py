"""Outlines a pane document: one entry a message, with its code blocks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.document.render import blocks, closing, code_blocks, end_position, render
from antiphon.model.values.ids import split_model_id
from antiphon.model.values.uri import PaneAddress, parse_uri

if TYPE_CHECKING:
    from antiphon.engine.document.render import Block
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.model.conversation.message import Message

_TITLE_LENGTH: Final = 60


class MessageSpan(Struct, frozen=True):
    """The part of a pane document with one message: zero-based lines, UTF-16 columns."""

    name: str
    detail: str
    start_line: int
    start_character: int
    end_line: int
    end_character: int
    code_blocks: Sequence[tuple[int, int]] = ()
    """First and last line of each fenced code block."""
    thinking: tuple[int, int] | None = None
    """First and last line of the quote of what the model thought."""


Outline = Callable[[str], Awaitable[Sequence[MessageSpan]]]
"""Returns the messages of the pane document at a URI, in document order."""


class Outliner:
    """Makes outlines from what has been shown."""

    def __init__(self, documents: ShownMessages) -> None:
        self._documents = documents

    async def outline(self, uri: str) -> Sequence[MessageSpan]:
        """Returns the messages of the pane document at `uri`, or nothing for other addresses.

        Raises `AntiphonError` of kind `not_found` for a pane that does not exist.
        """
        address = parse_uri(uri)
        if not isinstance(address, PaneAddress):
            return []
        messages = await self._documents.messages(address.pane_id)
        text = render(messages)
        return [_span(text, block) for block in blocks(messages)]


def _span(text: str, block: Block) -> MessageSpan:
    # The blank line between two messages belongs to neither.
    heading = block.start + (text[block.start] == "\n")
    start, end = end_position(text[:heading]), end_position(text[: block.end])
    first_line = end_position(text[: block.content_start]).line
    return MessageSpan(
        name=_name(block.message),
        detail=block.message.status,
        start_line=start.line,
        start_character=start.character,
        end_line=end.line,
        end_character=end.character,
        code_blocks=[
            (first_line + found.first_line, first_line + found.last_line)
            for found in code_blocks(block.message.content + closing(block.message))
        ],
        thinking=_thinking(text, block),
    )


def _thinking(text: str, block: Block) -> tuple[int, int] | None:
    if block.thinking_start == block.thinking_end:
        return None
    last = end_position(text[: block.thinking_end])
    # A quote that ends with its line's end does not reach into the next line.
    return end_position(text[: block.thinking_start]).line, last.line - (last.character == 0)


def _name(message: Message) -> str:
    if message.role == "assistant":
        return split_model_id(message.model or "")[1] or "Answer"
    words = " ".join(message.content.split())
    return words if len(words) <= _TITLE_LENGTH else words[: _TITLE_LENGTH - 1] + "…"

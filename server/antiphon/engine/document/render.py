"""Renders the pane document from its messages, so that a stream only appends to it.

A document is its messages' blocks in order, with a blank line between them. A block is a heading,
the model's reasoning as a quote if it is shown, the content, and a closing that ends it with
exactly one line feed. While an answer streams, its block has no closing yet, so
`opening + thinking + text + text + … + closing` is the block, byte for byte.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.document.block_quote import blank_line_after, to_block_quote
from antiphon.engine.ports.deltas import ANSWER_LIMIT
from antiphon.model.conversation.events import Position
from antiphon.model.values.positions import count_line_ends, line_and_character

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.conversation.message import Message, Provenance

_FENCE: Final = re.compile(r"(?:(?<![^\r\n])) {0,3}(?P<fence>`{3,}|~{3,})(?P<rest>[^\r\n]*)")
THINKING: Final = "> **Thinking**\n>\n"
"""How the quote of a model's reasoning begins."""
_SPEAKERS: Final = {"user": "You", "system": "System"}
_END_NOTICES: Final = {
    "truncated": "**Cut at the token limit.** Ask the model to go on, or raise maxTokens.",
    "filtered": "**The provider's filter ended this answer.**",
    "cancelled": "**Stopped.**",
    "interrupted": "**Cut off before its end.** Regenerate to ask again.",
    "failed": "**Failed.** Regenerate to ask again.",
}
_TOO_LONG: Final = "**Cut: the answer grew too long.** Ask the model to go on."


class Block(Struct, frozen=True):
    """The offsets of a message in its pane's document, in code points."""

    message: Message
    start: int
    thinking_start: int
    thinking_end: int
    """Equals `thinking_start` if no reasoning is shown."""
    content_start: int
    content_end: int
    end: int


def opening(message: Message, *, first: bool) -> str:
    """Returns what comes before the content: a blank line between blocks, and a heading."""
    speaker = _SPEAKERS.get(message.role) or _model_name(message.model or "Answer")
    return f"{'' if first else chr(10)}## {speaker}\n\n"


def thinking(message: Message) -> str:
    """Returns the reasoning as a quote, with the blank line before the content."""
    if not message.reasoning:
        return ""
    end = blank_line_after(message.reasoning) if message.content else ""
    return THINKING + to_block_quote(message.reasoning) + end


def closing(message: Message) -> str:
    """Returns what comes after the content, or nothing while the message streams."""
    if message.status == "streaming":
        return ""
    fence = open_fence(message.content)
    body = message.content or message.reasoning or ""
    text = "" if body.endswith("\n") or not body else "\n"
    if fence:
        text += fence + "\n"
    notices = _notices(message)
    if notices:
        gap = "\n" if body else ""
        text += gap + "\n>\n".join(f"> {notice}" for notice in notices) + "\n"
    return text


def render(messages: Sequence[Message]) -> str:
    """Returns the document of a pane that holds `messages`."""
    return "".join(
        opening(message, first=index == 0) + thinking(message) + message.content + closing(message)
        for index, message in enumerate(messages)
    )


def blocks(messages: Sequence[Message]) -> list[Block]:
    """Returns the offsets of each message in `render(messages)`."""
    found: list[Block] = []
    at = 0
    for index, message in enumerate(messages):
        thinking_start = at + len(opening(message, first=index == 0))
        content_start = thinking_start + len(thinking(message))
        gap = len(blank_line_after(message.reasoning or "")) if message.content else 0
        thinking_end = max(thinking_start, content_start - gap)
        content_end = content_start + len(message.content)
        end = content_end + len(closing(message))
        found.append(
            Block(message, at, thinking_start, thinking_end, content_start, content_end, end)
        )
        at = end
    return found


def end_position(text: str) -> Position:
    """Returns the position after the last character of `text`, as LSP counts."""
    line, character = line_and_character(text)
    return Position(line=line, character=character)


class CodeBlock(Struct, frozen=True):
    """The lines of a fenced code block's fences, from the content's first line."""

    first_line: int
    last_line: int
    open_fence: str
    """The fence that would close the block, or `""` if it is closed."""


def code_blocks(content: str) -> list[CodeBlock]:
    """Returns the fenced code blocks of `content` at the top level.

    By CommonMark 0.31, section 4.5.
    """
    found: list[CodeBlock] = []
    if "```" not in content and "~~~" not in content:
        return found
    fence, begin, number, at = "", 0, 0, 0
    for match in _FENCE.finditer(content):
        number += count_line_ends(content[at : match.start()])
        at = match.start()
        marker, rest = match["fence"], match["rest"]
        if fence:
            if marker.startswith(fence) and not rest.strip():
                found.append(CodeBlock(begin, number, ""))
                fence = ""
        elif marker[0] == "~" or "`" not in rest:
            fence, begin = marker, number
    if fence:
        found.append(CodeBlock(begin, number + count_line_ends(content[at:]), fence))
    return found


def open_fence(content: str) -> str:
    """Returns the fence that closes the code block that `content` leaves open, or `""`."""
    found = code_blocks(content)
    return found[-1].open_fence if found else ""


def _model_name(model: str) -> str:
    return model.partition("/")[2] or model


def _notices(message: Message) -> list[str]:
    notices = [_end_notice(message)]
    if message.provenance is not None:
        notices.append(_provenance_notice(message.provenance))
    if message.context:
        notices.append("With " + ", ".join(item.label for item in message.context))
    notices.extend(f"Note: {note}" for note in message.notes or ())
    return [_one_line(notice) for notice in notices if notice]


def _provenance_notice(provenance: Provenance) -> str:
    time = datetime.fromisoformat(provenance.transferred_at)
    date = f"{time.day} {time:%B %Y, %H:%M} UTC"
    passage = "" if provenance.range is None else "A passage "
    note = f": {provenance.note}" if provenance.note else "."
    return f"{passage}{'f' if passage else 'F'}rom {_model_name(provenance.model)}, {date}{note}"


def _end_notice(message: Message) -> str:
    if message.error is not None:
        return f"**{message.error.message}** {message.error.hint}"
    if message.finish_reason == ANSWER_LIMIT:
        return _TOO_LONG
    return _END_NOTICES.get(message.status, "")


def _one_line(text: str) -> str:
    return " ".join(text.split())

"""Finds the message at a position, its origins and its destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.document.escape import code_span, escape_markdown
from antiphon.engine.document.render import blocks, render
from antiphon.model.conversation.events import Position
from antiphon.model.conversation.session import to_slug
from antiphon.model.failure import AntiphonError
from antiphon.model.values.number_format import (
    format_cost,
    format_duration,
    format_exact_count,
    format_time_with_offset,
)
from antiphon.model.values.positions import LineStarts, Range, offset_at
from antiphon.model.values.uri import (
    DIFFS,
    MessageAddress,
    PaneAddress,
    message_uri,
    parse_uri,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import History
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.model.conversation.message import ContextDigest, Message, Provenance
    from antiphon.model.conversation.session import Pane

_MAX_TRANSFERS: Final = 100


class MessageAtPosition(Struct, frozen=True):
    """The message at a position in a document."""

    pane: Pane
    message: Message
    range: Range
    """The range of the message's content in that document."""


class Location(Struct, frozen=True):
    """A range in a document."""

    uri: str
    range: Range


class Navigation:
    """Follows messages from document to document."""

    def __init__(self, history: History, documents: ShownMessages) -> None:
        self._history = history
        self._documents = documents

    async def find_message(self, uri: str, position: Position) -> MessageAtPosition | None:
        """Returns the message at `position`, or `None` between messages.

        Returns `None` in documents of other kinds too. Raises `AntiphonError` of kind `not_found`
        if the document does not exist.
        """
        match parse_uri(uri):
            case PaneAddress() as address:
                pane = await self._documents.pane(address)
                shown = await self._documents.messages(pane.id)
                text = render(shown)
                offset, lines = offset_at(text, position), LineStarts(text)
                for block in blocks(shown):
                    if block.start <= offset < block.end or offset == block.end == len(text):
                        span = lines.range(block.content_start, block.content_end)
                        return MessageAtPosition(pane, block.message, span)
            case MessageAddress(message_id=message_id):
                pane, message = await self._documents.answer(message_id)
                lines = LineStarts(message.content)
                return MessageAtPosition(pane, message, lines.range(0, len(message.content)))
            case _:
                pass
        return None

    async def find_origins(self, at_position: MessageAtPosition) -> list[Location]:
        """Returns the origins of a message: another message, sources, or context items.

        The answers in a summary or a merge come from the sources of that pane.
        """
        if at_position.message.provenance is not None:
            location = await self._locate_source(at_position.message.provenance)
            return [location] if location is not None else []
        if at_position.message.role == "assistant":
            found = [
                await self._locate_message(each.message_id) for each in at_position.pane.sources
            ]
        else:
            found = [await self._locate_context(item) for item in at_position.message.context or ()]
        return [location for location in found if location is not None]

    async def find_destinations(self, at_position: MessageAtPosition) -> list[Location]:
        """Returns the locations to which the message was sent, summed up or merged."""
        messages, panes = await self._history.references(at_position.message.id)
        found = [await self._locate_message(message.id) for message in messages]
        for pane in panes:
            shown = await self._documents.messages(pane.id)
            prompt = next((each for each in shown if each.role == "user"), None)
            found.append(await self._locate_message(prompt.id) if prompt is not None else None)
        return [location for location in found if location is not None]

    async def trace_provenance(self, message: Message) -> list[Provenance]:
        """Returns the transfers that brought a message to its pane, the last one first."""
        steps: list[Provenance] = []
        known_ids = {message.id}
        provenance = message.provenance
        while provenance is not None and len(steps) < _MAX_TRANSFERS:
            steps.append(provenance)
            if provenance.message_id in known_ids:
                break
            known_ids.add(provenance.message_id)
            try:
                provenance = (await self._history.message(provenance.message_id)).provenance
            except AntiphonError:
                break  # what it was made from has been deleted
        return steps

    async def _locate_source(self, provenance: Provenance) -> Location | None:
        span = None if provenance.range is None else (provenance.range.start, provenance.range.end)
        return await self._locate_message(provenance.message_id, span)

    async def _locate_message(
        self, message_id: str, span: tuple[int, int] | None = None
    ) -> Location | None:
        try:
            pane, message = await self._documents.answer(message_id)
        except AntiphonError:
            return None  # deleted meanwhile
        shown = await self._documents.messages(pane.id)
        start, end = span or (0, len(message.content))
        for block in blocks(shown):
            if block.message.id == message_id:
                lines = LineStarts(render(shown))
                at = block.content_start
                return Location(pane.uri, lines.range(at + start, at + end))
        # A newer answer has replaced it in the pane, but it is still a document of its own.
        uri = message_uri(pane.session_id, pane.id, message.id, to_slug(pane.title))
        return Location(uri, LineStarts(message.content).range(start, end))

    async def _locate_context(self, item: ContextDigest) -> Location | None:
        match parse_uri(item.uri):
            case MessageAddress(message_id=message_id):
                return await self._locate_message(message_id)
            case None if not item.uri.startswith("antiphon:") and item.uri not in DIFFS:
                start = Position(line=0, character=0)
                return Location(item.uri, item.range or Range(start=start, end=start))
            case _:
                return None


def hover_markdown(at_position: MessageAtPosition, steps: Sequence[Provenance]) -> str:
    """Returns author, time, cost and provenance of a message, as Markdown."""
    message = at_position.message
    model = code_span(message.model or at_position.pane.model)
    author = {"user": "You", "system": "System prompt"}.get(message.role, model)
    lines = [f"**{author}** · {format_time_with_offset(message.created_at)} · {message.status}"]
    if message.usage is not None:
        usage = message.usage
        about = "about " if usage.source == "estimated" else ""
        read = usage.input_tokens + usage.cached_input_tokens
        figures = f"{about}{format_exact_count(read)} {'token' if read == 1 else 'tokens'} in, "
        figures += f"{format_exact_count(usage.output_tokens)} out"
        if usage.reasoning_tokens:
            figures += f", {format_exact_count(usage.reasoning_tokens)} thinking"
        cost = format_cost(message.cost.amount if message.cost else None)
        lines.append(f"{figures} · {cost}")
    if message.latency is not None and message.latency.ttft_ms is not None:
        lines.append(
            f"first token after {format_duration(message.latency.ttft_ms)}, "
            f"whole answer after {format_duration(message.latency.total_ms)}"
        )
    lines += [
        f"{'from' if index == 0 else 'which had it from'} {code_span(step.model)} · "
        f"{format_time_with_offset(step.transferred_at)}"
        + (f" · {escape_markdown(step.note)}" if step.note else "")
        for index, step in enumerate(steps)
    ]
    return "\n\n".join(lines)

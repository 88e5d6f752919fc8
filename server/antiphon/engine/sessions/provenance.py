"""From a place in a document to who said it, where that came from, and where it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from antiphon.engine.document.escape import code_span, escape_markdown
from antiphon.engine.document.render import blocks, render
from antiphon.model.conversation.events import Position
from antiphon.model.conversation.session import to_slug
from antiphon.model.failure import AntiphonError
from antiphon.model.values.positions import LineStarts, Range, offset_at
from antiphon.model.values.uri import MessageAddress, PaneAddress, message_uri, parse_uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import History
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.model.conversation.message import ContextDigest, Message, Provenance
    from antiphon.model.conversation.session import Pane

_LONGEST_CHAIN: Final = 100


@dataclass(frozen=True, slots=True)
class MessageAtPosition:
    """A place in a document: the message that stands there."""

    pane: Pane
    message: Message
    range: Range
    """Of the message's content, in the document that was asked about."""


@dataclass(frozen=True, slots=True)
class Location:
    """Somewhere to go."""

    uri: str
    range: Range


class Navigation:
    """Finds its way between documents."""

    def __init__(self, history: History, documents: ShownMessages) -> None:
        self._history = history
        self._documents = documents

    async def spot(self, uri: str, position: Position) -> MessageAtPosition | None:
        """What stands at `position`; `None` between messages and in documents of other kinds.

        Raises `AntiphonError` of kind `not_found` where the document is not there.
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

    async def origins(self, spot: MessageAtPosition) -> list[Location]:
        """Where what stands there came from: its message, its sources, or its context items.

        The answers in a summary or a merge came from the sources of that pane.
        """
        if spot.message.provenance is not None:
            place = await self._place_of(spot.message.provenance)
            return [place] if place is not None else []
        if spot.message.role == "assistant":
            found = [await self._place_of_message(each.message_id) for each in spot.pane.sources]
        else:
            found = [await self._place_of_context(item) for item in spot.message.context or ()]
        return [place for place in found if place is not None]

    async def destinations(self, spot: MessageAtPosition) -> list[Location]:
        """Everywhere that the message was sent, summed up or merged."""
        messages, panes = await self._history.references(spot.message.id)
        found = [await self._place_of_message(message.id) for message in messages]
        for pane in panes:
            shown = await self._documents.messages(pane.id)
            asked = next((each for each in shown if each.role == "user"), None)
            found.append(await self._place_of_message(asked.id) if asked is not None else None)
        return [place for place in found if place is not None]

    async def chain(self, message: Message) -> list[Provenance]:
        """The steps that a message took to where it is, the last one first."""
        steps: list[Provenance] = []
        seen = {message.id}
        origin = message.provenance
        while origin is not None and len(steps) < _LONGEST_CHAIN:
            steps.append(origin)
            if origin.message_id in seen:
                break
            seen.add(origin.message_id)
            try:
                origin = (await self._history.message(origin.message_id)).provenance
            except AntiphonError:
                break  # what it was made from has been deleted
        return steps

    async def _place_of(self, origin: Provenance) -> Location | None:
        span = None if origin.range is None else (origin.range.start, origin.range.end)
        return await self._place_of_message(origin.message_id, span)

    async def _place_of_message(
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
        # A newer answer took its place in the pane: it is still a document of its own.
        uri = message_uri(pane.session_id, pane.id, message.id, to_slug(pane.title))
        return Location(uri, LineStarts(message.content).range(start, end))

    async def _place_of_context(self, item: ContextDigest) -> Location | None:
        match parse_uri(item.uri):
            case MessageAddress(message_id=message_id):
                return await self._place_of_message(message_id)
            case None if not item.uri.startswith("antiphon:"):
                start = Position(line=0, character=0)
                return Location(item.uri, Range(start=start, end=start))
            case _:
                return None


def hover_markdown(spot: MessageAtPosition, steps: Sequence[Provenance]) -> str:
    """Who said it, when, at what cost, and where it came from, as Markdown."""
    message = spot.message
    model = code_span(message.model or spot.pane.model)
    who = {"user": "You", "system": "System prompt"}.get(message.role, model)
    lines = [f"**{who}** · {_moment(message.created_at)} · {message.status}"]
    if message.usage is not None:
        usage = message.usage
        about = "about " if usage.source == "estimated" else ""
        figures = f"{about}{usage.input_tokens + usage.cached_input_tokens:,} tokens in, "
        figures += f"{usage.output_tokens:,} out"
        if usage.reasoning_tokens:
            figures += f", {usage.reasoning_tokens:,} thinking"
        cost = message.cost.amount if message.cost else None
        lines.append(f"{figures} · {'unpriced' if cost is None else f'${cost}'}")
    if message.latency is not None and message.latency.ttft_ms is not None:
        lines.append(
            f"first token after {message.latency.ttft_ms:,} ms, "
            f"whole answer after {message.latency.total_ms:,} ms"
        )
    lines += [
        f"{'from' if index == 0 else 'which had it from'} {code_span(step.model)} · "
        f"{_moment(step.transferred_at)}"
        + (f" · {escape_markdown(step.note)}" if step.note else "")
        for index, step in enumerate(steps)
    ]
    return "\n\n".join(lines)


def _moment(time: str) -> str:
    moment = datetime.fromisoformat(time)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"

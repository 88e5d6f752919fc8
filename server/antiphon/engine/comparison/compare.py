"""Compares two answers, or an answer with a file, also while they stream."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import anyio.to_thread
from msgspec import Struct

from antiphon.engine.comparison.diff import Granularity, TextDiffer, similarity
from antiphon.engine.document.last_answer import describe_empty, last_answer
from antiphon.model.commands.comparison import ComparedSide, CompareResult, CompareStats, Segment
from antiphon.model.commands.runs import ContextItem
from antiphon.model.conversation.session import to_slug
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.uri import message_uri

if TYPE_CHECKING:
    from antiphon.engine.ports import ContextReader, History
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.model.commands.comparison import CompareParams, CompareSide

MOST_CHARACTERS: Final = 4 * 1024 * 1024
"""The longest text of one side. Longer ones are refused."""
_ON_THE_LOOP: Final = 4_096
"""The most characters, of both sides together, that are compared without a thread."""
_MAX_CACHED: Final = 32


class _Side(Struct, frozen=True):
    wire: ComparedSide
    text: str


class Comparer:
    """Answers `antiphon.compare` and caches results for the most recent pairs."""

    def __init__(self, history: History, documents: ShownMessages) -> None:
        self._history = history
        self._documents = documents
        self._differs: OrderedDict[tuple[str, str, Granularity], TextDiffer] = OrderedDict()

    async def compare(self, params: CompareParams, reader: ContextReader) -> CompareResult:
        """Returns the pieces of both sides, as clients have been sent them so far.

        Raises `AntiphonError`: `invalid_params` for a side that is not exactly one thing, for two
        sides that are the same, for a text that is too long or that has nothing to compare;
        `not_found` if an id names nothing.
        """
        left = await self._load_side(params.left, "$.left", reader)
        right = await self._load_side(params.right, "$.right", reader)
        is_document = params.left.uri is not None
        if left.wire.uri == right.wire.uri and (not is_document or params.left == params.right):
            raise error(
                "invalid_params",
                f"Both sides are {left.wire.label}.",
                hint="Choose another pane or message to compare it with.",
                field="$.right",
            )
        granularity: Granularity = params.granularity or "word"
        differ = self._differ((left.wire.uri, right.wire.uri, granularity))
        if len(left.text) + len(right.text) <= _ON_THE_LOOP:
            pieces = differ.pieces(left.text, right.text)
        else:
            pieces = await anyio.to_thread.run_sync(differ.pieces, left.text, right.text)
        sizes = {"equal": 0, "insert": 0, "delete": 0}
        for op, text in pieces:
            sizes[op] += len(text)
        return CompareResult(
            left=left.wire,
            right=right.wire,
            segments=[Segment(op=op, text=text) for op, text in pieces],
            similarity=round(similarity(pieces), 4),
            stats=CompareStats(
                equal=sizes["equal"], inserted=sizes["insert"], deleted=sizes["delete"]
            ),
        )

    def _differ(self, pair: tuple[str, str, Granularity]) -> TextDiffer:
        differ = self._differs.setdefault(pair, TextDiffer(pair[2]))
        self._differs.move_to_end(pair)
        if len(self._differs) > _MAX_CACHED:
            self._differs.popitem(last=False)
        return differ

    async def _load_side(self, side: CompareSide, field: str, reader: ContextReader) -> _Side:
        if sum(name is not None for name in (side.pane_id, side.message_id, side.uri)) != 1:
            raise error(
                "invalid_params",
                "A side is one pane, one message or one document.",
                hint="Give exactly one of paneId, messageId and uri.",
                field=field,
            )
        if side.uri is not None:
            found = await self._document_side(side.uri, side, field, reader)
        else:
            found = await self._answer_side(side, field)
        if len(found.text) > MOST_CHARACTERS:
            raise error(
                "invalid_params",
                f"{found.wire.label} has {len(found.text):,} characters. "
                f"At most {MOST_CHARACTERS:,} can be compared.",
                hint="Compare a selection of it, or use the editor's own diff.",
                field=field,
            )
        return found

    async def _document_side(
        self, uri: str, side: CompareSide, field: str, reader: ContextReader
    ) -> _Side:
        item = ContextItem(uri=uri, range=side.range, text=side.text)
        try:
            text = await reader.read(item, max_bytes=4 * MOST_CHARACTERS)
        except AntiphonError as failed:
            raise AntiphonError(failed.failure, field=f"{field}.uri") from failed
        return _Side(ComparedSide(uri=uri, label=reader.label(item)), text)

    async def _answer_side(self, side: CompareSide, field: str) -> _Side:
        if side.message_id is not None:
            pane, message = await self._documents.answer(side.message_id)
        else:
            pane = await self._history.pane(side.pane_id or "")
            message = last_answer(pane, await self._documents.messages(pane.id), field)
        if not message.content and message.status != "streaming":
            raise error(
                "invalid_params",
                f"The answer of {pane.title} has no text to compare: it {describe_empty(message)}.",
                hint="Regenerate it, or choose another answer.",
                field=field,
            )
        uri = message_uri(pane.session_id, pane.id, message.id, to_slug(pane.title))
        return _Side(
            ComparedSide(uri=uri, label=pane.title, status=message.status), message.content
        )

"""Converts the events of a stream to one answer's deltas, and finds its end.

All text of one network read is one delta, in the order of arrival. What cannot be read is left out
and counted, never guessed. Only the provider's own `finish_reason` ends an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from antiphon.engine.ports.deltas import (
    ANSWER_LIMIT,
    ASKED_FOR_TOOL,
    Delta,
    Finished,
    Note,
    ProviderError,
    Reasoning,
    Text,
    UsageReport,
)
from antiphon.model.failure import Failure
from antiphon.providers.answers.answering_model import AnsweringModel
from antiphon.providers.answers.ending import LATE_TEXT, Ending, not_confirmed
from antiphon.providers.answers.finish_reasons import Word, classify_end, parse_reason
from antiphon.providers.answers.longest_answer import AnswerSizeLimit
from antiphon.providers.answers.unreadable import MAX_UNREADABLE, Unreadable, is_utf8
from antiphon.providers.openai.chunks import (
    UNREADABLE,
    Choice,
    Chunk,
    decode_chunk,
    decode_leniently,
    error_in,
    parse_usage,
    split_parts,
)
from antiphon.providers.openai.errors import end_error, stream_error
from antiphon.providers.openai.think_tags import NEVER_CLOSED, ThinkTags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from antiphon.providers.answers.finish_reasons import End
    from antiphon.providers.http.sse import Event
    from antiphon.providers.openai.think_tags import Piece


class OpenAIStream:
    """Converts a stream's events. `feed` never raises: an error is kept in `error`."""

    CONTENT: ClassVar = "choices"
    """The field that makes a whole document an answer."""
    HAS_DONE: ClassVar = True
    """The dialect has a mark of its own for the end of a stream, `[DONE]`."""

    def __init__(
        self,
        provider: str,
        scrub: Callable[[str], str],
        max_bytes: int,
        *,
        think_tags: bool = True,
    ) -> None:
        """Starts an answer of at most `max_bytes`, with tagged reasoning if `think_tags`."""
        self._provider = provider
        self._scrub = scrub
        self._size_limit = AnswerSizeLimit(max_bytes)
        self.error: ProviderError | None = None
        """Why the stream must not be read any further. It is raised after its last deltas."""
        self.ending = Ending()
        """Whether a finish reason has ended the answer."""
        self._finished: Finished | None = None
        self.done = False
        """`[DONE]` has arrived."""
        self.full = False
        """The answer has reached the greatest allowed length."""
        self.has_content = False
        self._out: list[Delta] = []
        self._parts: list[str] = []
        self._kind: type[Text | Reasoning] = Text
        self._tags = ThinkTags() if think_tags else None
        self._half = ""
        self._may_have_halves = False
        self._unreadable = Unreadable()
        self._noted: set[str] = set()
        self.answering = AnsweringModel()

    def feed(self, events: Iterable[Event]) -> list[Delta]:
        """Returns the deltas of the events that one network read completed."""
        for name, data in events:
            if self.done or self.full or self.error:
                break
            if name == b"error":
                self._add_error(data)
                continue
            try:
                chunk = decode_chunk(data)
            except UNREADABLE:
                unusual = self._decode_lenient(data)
                if unusual is None:
                    continue
                chunk = unusual
            self._out += self.answering.see(chunk.model)
            choices = chunk.choices
            if choices and choices[0] is not None:
                self._add_choice(choices[0])
            if chunk.error:
                self._add_error(chunk.error)
            elif chunk.usage or chunk.x_groq:
                self._add_usage(chunk)
            if not choices and (found := error_in(data)):
                self._add_error(found)
        return self._pop_deltas()

    def end(self) -> list[Delta]:
        """Returns the last deltas when the stream is over."""
        if self._half:
            self._half = ""
            self._out.append(self._kind("\ufffd"))
        self._flush()
        self._conclude()
        if note := self._unreadable.note:
            self._add_note(note)
        return self._pop_deltas()

    def cut(self, failure: Failure) -> None:
        """Keeps the failure of a broken stream, unless its answer was surely complete before."""
        if not self.ending.over or (self.ending.late and not self.done):
            self.error = ProviderError(failure)

    def _add_choice(self, choice: Choice) -> None:
        delta = choice.delta or choice.message
        if delta is not None:
            reasoning = delta.reasoning_content or delta.reasoning
            content = delta.content or delta.refusal
            if isinstance(content, list):
                part_reasoning, content = split_parts(cast("list[Any]", content))
                reasoning = reasoning or part_reasoning
            if reasoning and isinstance(reasoning, str):
                self._add_text(Reasoning, reasoning)
            if content and isinstance(content, str):
                self._add_text(Text, content)
            if delta.tool_calls or delta.function_call:
                self._add_note(ASKED_FOR_TOOL)
        if reason := parse_reason(choice.finish_reason):
            native = parse_reason(choice.native_finish_reason)
            self._end(classify_end(Word(reason, native, choice.error)))
        elif choice.error:
            self._add_error(choice.error)

    def _end(self, end: End) -> None:
        if not self.ending.apply(end) or self._finished == Finished(end.reason, end.outcome):
            return
        self._flush()
        if end.note:
            self._add_note(end.note)
        if end.meaning.tool:
            self._add_note(ASKED_FOR_TOOL)
        if self._tags is None or not self.has_content:
            self._finish(end)

    def _finish(self, end: End) -> None:
        if not end.failed:
            self._finished = Finished(end.reason, end.outcome)
            self._out.append(self._finished)

    def _conclude(self) -> None:
        """Adds how the answer ended, or keeps the error, when nothing more will arrive."""
        ending, last = self.ending, self.ending.last
        confirmed = last is not None and not (ending.since and self.HAS_DONE and not self.done)
        complete = last is not None and confirmed and last.meaning.outcome == "complete"
        self._end_tags(complete=complete and self.error is None)
        if last is None or self.error is not None or self.full:
            return
        if ending.failed:
            midway = self.has_content
            self.error = end_error(last, self._provider, self._scrub, after_content=midway)
        elif not confirmed:
            self.error = not_confirmed(self._provider)
        elif self._finished != Finished(last.reason, last.outcome):
            self._finish(last)

    def _add_text(self, kind: type[Text | Reasoning], text: str) -> None:
        if kind is not self._kind:
            self._flush()
            self._kind = kind
            if kind is Reasoning and not self.has_content:
                self._tags = None  # a vendor that sends reasoning apart means its tags as text
        self._parts.append(text)
        self.ending.add(thinking=kind is Reasoning)
        if self.ending.since:
            self._add_note(LATE_TEXT)

    def _add_usage(self, chunk: Chunk) -> None:
        usage = parse_usage(chunk)
        if usage is not None:
            self._out = [delta for delta in self._out if not isinstance(delta, UsageReport)]
            self._flush()
            self._out.append(UsageReport(usage))

    def _decode_lenient(self, data: bytes) -> Chunk | None:
        """Decodes data that is not strict JSON, or returns `None` without a chunk."""
        stripped = data.strip()
        if stripped == b"[DONE]":
            self.done = True
            return None
        if not stripped:
            return None
        chunk = decode_leniently(data)
        if chunk is None:
            self._drop()
            return None
        self._may_have_halves = True
        if not is_utf8(data):
            self._add_note("the provider sent bytes that are not valid text; they show as \ufffd")
        return chunk

    def _drop(self) -> None:
        self._unreadable.count += 1
        if self._unreadable.too_many and not self.ending.over:
            self.error = ProviderError(
                Failure.of(
                    "malformed_stream",
                    f"More than {MAX_UNREADABLE} lines of the stream could not be read.",
                    provider=self._provider,
                )
            )

    def _add_error(self, error: Any) -> None:
        is_over = self.ending.over and not self.ending.failed
        midway = not is_over and (self.has_content or bool(self._parts))
        parsed = self._parse_error(error, after_content=midway)
        if is_over:
            self._add_note(f"an error came after the answer's end: {parsed.failure.message}")
        else:
            self.error = parsed

    def _parse_error(self, error: Any, *, after_content: bool) -> ProviderError:
        """Converts an error inside the stream to a `ProviderError`."""
        return stream_error(error, self._provider, self._scrub, after_content=after_content)

    def _add_note(self, note: str) -> None:
        if note not in self._noted:
            self._noted.add(note)
            self._flush()
            self._out.append(Note(note))

    def _pop_deltas(self) -> list[Delta]:
        self._flush()
        out, self._out = self._out, []
        return out

    def _flush(self) -> None:
        if not self._parts:
            return
        text = "".join(self._parts)
        self._parts.clear()
        if self._may_have_halves:
            text = self._join_halves(text)
        if text and self._tags is not None and self._kind is Text:
            self.has_content = True
            self._add_pieces(self._tags.feed(text))
            if self._tags.settled:
                self._tags = None
        elif text:
            self._add_pieces([(text, self._kind is Reasoning)])

    def _add_pieces(self, pieces: Iterable[Piece]) -> None:
        for text, is_reasoning in pieces:
            if self.full:
                return
            self.has_content = True
            kind = Reasoning if is_reasoning else Text
            self._out.append(kind(self._size_limit.take(text)))
            if self._size_limit.passed:
                self._fill()

    def _end_tags(self, *, complete: bool) -> None:
        """Adds the text that the reasoning tags held back, at the answer's end."""
        if self._tags is None:
            return
        pieces, never_closed = self._tags.end(complete=complete)
        self._tags = None
        self._add_pieces(pieces)
        if never_closed:
            self._add_note(NEVER_CLOSED)

    def _fill(self) -> None:
        self.full = True
        self._add_note(self._size_limit.note)
        self._out.append(Finished(ANSWER_LIMIT, "truncated"))

    def _join_halves(self, text: str) -> str:
        """Joins `text` with an earlier surrogate half, and keeps its own last half."""
        text = self._half + text
        self._half = ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

"""From the events of a stream to deltas: what one answer is made of, and when it is over.

The law: all text of one network read is one delta, in the order in which it came; what cannot be
read is left out and counted, never guessed; only the provider's own `finish_reason` ends an answer.
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
from antiphon.providers.answers.ending import LATE_TEXT, Ending, not_confirmed
from antiphon.providers.answers.finish_reasons import Word, end_of, reason_in
from antiphon.providers.answers.longest_answer import Room
from antiphon.providers.answers.unreadable import MAX_UNREADABLE, Unreadable, is_utf8
from antiphon.providers.openai.chunks import (
    UNREADABLE,
    Choice,
    Chunk,
    decode_chunk,
    decode_leniently,
    error_in,
    text_of_parts,
    usage_of,
)
from antiphon.providers.openai.errors import end_error, stream_error
from antiphon.providers.openai.think_tags import NEVER_CLOSED, ThinkTags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from antiphon.providers.answers.finish_reasons import End
    from antiphon.providers.http.sse import Event
    from antiphon.providers.openai.think_tags import Piece


class OpenAIStream:
    """Folds a stream's events; `feed` never raises, it leaves what went wrong in `problem`."""

    CONTENT: ClassVar = "choices"
    """The field by which a whole document shows itself to be an answer."""
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
        """`think_tags` says that thinking may stand in the text itself, between tags."""
        self._provider = provider
        self._scrub = scrub
        self._room = Room(max_bytes)
        self.problem: ProviderError | None = None
        """Why the stream must not be read any further; raised once its deltas were given out."""
        self.ending = Ending()
        """Whether a finish reason has ended the answer."""
        self._finished: Finished | None = None
        self.done = False
        """`[DONE]` came."""
        self.full = False
        """The answer is as long as it may be."""
        self.has_content = False
        """Some text or thinking came."""
        self._out: list[Delta] = []
        self._parts: list[str] = []
        self._kind: type[Text | Reasoning] = Text
        self._tags = ThinkTags() if think_tags else None
        self._half = ""
        self._may_have_halves = False
        self._unreadable = Unreadable()
        self._noted: set[str] = set()

    def feed(self, events: Iterable[Event]) -> list[Delta]:
        """The deltas of the events that one network read completed."""
        for name, data in events:
            if self.done or self.full or self.problem:
                break
            if name == b"error":
                self._error(data)
                continue
            try:
                chunk = decode_chunk(data)
            except UNREADABLE:
                unusual = self._unusual(data)
                if unusual is None:
                    continue
                chunk = unusual
            choices = chunk.choices
            if choices and choices[0] is not None:
                self._choice(choices[0])
            if chunk.error:
                self._error(chunk.error)
            elif chunk.usage or chunk.x_groq:
                self._usage(chunk)
            if not choices and (found := error_in(data)):
                self._error(found)
        return self._take()

    def end(self) -> list[Delta]:
        """What is left to say when the stream is over."""
        if self._half:
            self._half = ""
            self._out.append(self._kind("\ufffd"))
        self._flush()
        self._conclude()
        if note := self._unreadable.note:
            self._note(note)
        return self._take()

    def cut(self, failure: Failure) -> None:
        """The stream broke: that matters unless its answer was over before, and surely so."""
        if not self.ending.over or (self.ending.late and not self.done):
            self.problem = ProviderError(failure)

    def _choice(self, choice: Choice) -> None:
        delta = choice.delta or choice.message
        if delta is not None:
            thinking = delta.reasoning_content or delta.reasoning
            content = delta.content or delta.refusal
            if isinstance(content, list):
                thought, content = text_of_parts(cast("list[Any]", content))
                thinking = thinking or thought
            if thinking and isinstance(thinking, str):
                self._text(Reasoning, thinking)
            if content and isinstance(content, str):
                self._text(Text, content)
            if delta.tool_calls or delta.function_call:
                self._note(ASKED_FOR_TOOL)
        if reason := reason_in(choice.finish_reason):
            native = reason_in(choice.native_finish_reason)
            self._end(end_of(Word(reason, native, choice.error)))
        elif choice.error:
            self._error(choice.error)

    def _end(self, end: End) -> None:
        if not self.ending.take(end) or self._finished == Finished(end.reason, end.outcome):
            return
        self._flush()
        if end.note:
            self._note(end.note)
        if end.meaning.tool:
            self._note(ASKED_FOR_TOOL)
        if self._tags is None or not self.has_content:
            self._finish(end)

    def _finish(self, end: End) -> None:
        if not end.failed:
            self._finished = Finished(end.reason, end.outcome)
            self._out.append(self._finished)

    def _conclude(self) -> None:
        """Says how the answer ended, now that nothing more will come."""
        ending, said = self.ending, self.ending.said
        confirmed = said is not None and not (ending.since and self.HAS_DONE and not self.done)
        good = said is not None and confirmed and said.meaning.outcome == "complete"
        self._end_tags(complete=good and self.problem is None)
        if said is None or self.problem is not None or self.full:
            return
        if ending.failed:
            midway = self.has_content
            self.problem = end_error(said, self._provider, self._scrub, after_content=midway)
        elif not confirmed:
            self.problem = not_confirmed(self._provider)
        elif self._finished != Finished(said.reason, said.outcome):
            self._finish(said)

    def _text(self, kind: type[Text | Reasoning], text: str) -> None:
        if kind is not self._kind:
            self._flush()
            self._kind = kind
            if kind is Reasoning and not self.has_content:
                self._tags = None  # a vendor that tells them apart means its tags as text
        self._parts.append(text)
        self.ending.add(thinking=kind is Reasoning)
        if self.ending.since:
            self._note(LATE_TEXT)

    def _usage(self, chunk: Chunk) -> None:
        usage = usage_of(chunk)
        if usage is not None:
            self._out = [delta for delta in self._out if not isinstance(delta, UsageReport)]
            self._flush()
            self._out.append(UsageReport(usage))

    def _unusual(self, data: bytes) -> Chunk | None:
        """A chunk that strict JSON does not know; or `None`, with the reason dealt with."""
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
            self._note("the provider sent bytes that are no text; they show as \ufffd")
        return chunk

    def _drop(self) -> None:
        self._unreadable.count += 1
        if self._unreadable.too_many and not self.ending.over:
            self.problem = ProviderError(
                Failure.of(
                    "malformed_stream",
                    f"More than {MAX_UNREADABLE} lines of the stream could not be read.",
                    provider=self._provider,
                )
            )

    def _error(self, error: Any) -> None:
        is_over = self.ending.over and not self.ending.failed
        midway = not is_over and (self.has_content or bool(self._parts))
        problem = self._problem_of(error, after_content=midway)
        if is_over:
            self._note(f"after the end came an error: {problem.failure.message}")
        else:
            self.problem = problem

    def _problem_of(self, error: Any, *, after_content: bool) -> ProviderError:
        """Reads an error inside the stream as a failure."""
        return stream_error(error, self._provider, self._scrub, after_content=after_content)

    def _note(self, note: str) -> None:
        if note not in self._noted:
            self._noted.add(note)
            self._flush()
            self._out.append(Note(note))

    def _take(self) -> list[Delta]:
        self._flush()
        out, self._out = self._out, []
        return out

    def _flush(self) -> None:
        if not self._parts:
            return
        text = "".join(self._parts)
        self._parts.clear()
        if self._may_have_halves:
            text = self._joined(text)
        if text and self._tags is not None and self._kind is Text:
            self.has_content = True
            self._give(self._tags.feed(text))
            if self._tags.settled:
                self._tags = None
        elif text:
            self._give([(text, self._kind is Reasoning)])

    def _give(self, pieces: Iterable[Piece]) -> None:
        for text, is_thinking in pieces:
            if self.full:
                return
            self.has_content = True
            kind = Reasoning if is_thinking else Text
            self._out.append(kind(self._room.take(text)))
            if self._room.passed:
                self._fill()

    def _end_tags(self, *, complete: bool) -> None:
        """What thinking tags held back, now that the answer is over or cut."""
        if self._tags is None:
            return
        pieces, never_closed = self._tags.end(complete=complete)
        self._tags = None
        self._give(pieces)
        if never_closed:
            self._note(NEVER_CLOSED)

    def _fill(self) -> None:
        self.full = True
        self._note(self._room.note)
        self._out.append(Finished(ANSWER_LIMIT, "truncated"))

    def _joined(self, text: str) -> str:
        """`text` with surrogate halves of earlier chunks joined; its own last half is kept back."""
        text = self._half + text
        self._half = ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

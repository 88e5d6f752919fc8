"""From the events of a stream to deltas: what one answer is made of, and when it is over.

The law: all text of one network read is one delta, in the order in which it came; what cannot be
read is left out and counted, never guessed; only the provider's own `finish_reason` ends an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, cast

from antiphon.engine.ports.deltas import (
    ANSWER_LIMIT,
    Delta,
    Finished,
    Note,
    ProviderError,
    Reasoning,
    Text,
    UsageReport,
)
from antiphon.model.failure import Failure
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
from antiphon.providers.openai.errors import stream_error
from antiphon.providers.openai.think_tags import NEVER_CLOSED, ThinkTags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from antiphon.providers.http.sse import Event
    from antiphon.providers.openai.think_tags import Piece

MAX_UNREADABLE: Final = 3

_OUTCOMES: Final[dict[str, Literal["complete", "truncated", "filtered"]]] = {
    "length": "truncated",
    "max_tokens": "truncated",
    "model_length": "truncated",  # Mistral: the context window is full
    "content_filter": "filtered",
    "safety": "filtered",
}


class OpenAIStream:
    """Folds a stream's events; `feed` never raises, it leaves what went wrong in `problem`."""

    CONTENT: ClassVar = "choices"
    """The field by which a whole document shows itself to be an answer."""

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
        self._room = max_bytes
        self._max_bytes = max_bytes
        self.problem: ProviderError | None = None
        """Why the stream must not be read any further; raised once its deltas were given out."""
        self.finished = False
        """A finish reason came: the answer is over, whatever follows."""
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
        self._unreadable = 0
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
            if chunk.error:
                self._error(chunk.error)
                continue
            choices = chunk.choices
            if choices and choices[0] is not None:
                self._choice(choices[0])
            if chunk.usage or chunk.x_groq:
                self._usage(chunk)
            elif choices is None and (found := error_in(data)):
                self._error(found)
        return self._take()

    def end(self) -> list[Delta]:
        """What is left to say when the stream is over."""
        if self._half:
            self._half = ""
            self._out.append(self._kind("\ufffd"))
        self._flush()
        self._end_tags(complete=False)
        if self._unreadable:
            count = "1 line" if self._unreadable == 1 else f"{self._unreadable} lines"
            were = "was" if self._unreadable == 1 else "were"
            self._note(f"{count} of the stream could not be read and {were} left out")
        return self._take()

    def cut(self, failure: Failure) -> None:
        """The stream broke; where its answer was over before that, it does not matter."""
        if not self.finished:
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
        reason = choice.finish_reason
        if reason and not self.finished:
            self._flush()
            outcome = _OUTCOMES.get(reason.lower(), "complete")
            self._end_tags(complete=outcome == "complete")
            self.finished = True
            self._out.append(Finished(reason, outcome))

    def _text(self, kind: type[Text | Reasoning], text: str) -> None:
        if kind is not self._kind:
            self._flush()
            self._kind = kind
            if kind is Reasoning and not self.has_content:
                self._tags = None  # a vendor that tells them apart means its tags as text
        self._parts.append(text)
        if self.finished:
            self._note("the provider sent text after it had said that the answer was over")

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
        self._unreadable += 1
        if self._unreadable > MAX_UNREADABLE and not self.finished:
            self.problem = ProviderError(
                Failure.of(
                    "malformed_stream",
                    f"More than {MAX_UNREADABLE} lines of the stream could not be read.",
                    provider=self._provider,
                )
            )

    def _error(self, error: Any) -> None:
        midway = not self.finished and (self.has_content or bool(self._parts))
        problem = stream_error(error, self._provider, self._scrub, after_content=midway)
        if self.finished:
            self._note(f"after the end came an error: {problem.failure.message}")
        else:
            self.problem = problem

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
            self._out.append(kind(self._within_room(text)))
            if self._room < 0:
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

    def _within_room(self, text: str) -> str:
        size = len(text) if text.isascii() else len(text.encode())
        room, self._room = self._room, self._room - size
        return text if size <= room else text.encode()[:room].decode("utf-8", "ignore")

    def _fill(self) -> None:
        self.full = True
        mib = self._max_bytes / (1024 * 1024)
        self._note(f"the answer passed {mib:g} MiB and was cut there")
        if not self.finished:
            self.finished = True
            self._out.append(Finished(ANSWER_LIMIT, "truncated"))

    def _joined(self, text: str) -> str:
        """`text` with surrogate halves of earlier chunks joined; its own last half is kept back."""
        text = self._half + text
        self._half = ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_utf8(data: bytes) -> bool:
    """Whether `data` is text in UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True

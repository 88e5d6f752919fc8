"""Sends the events of one answer to the server, in the order of arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.engine.ports.deltas import ASKED_FOR_TOOL
from antiphon.providers.answers.ending import LATE_TEXT
from antiphon.providers.http.sse import misnamed_note
from antiphon.providers.litellm.messages import (
    Ended,
    Opened,
    RequestResent,
    StreamNote,
    UsageCounted,
)

if TYPE_CHECKING:
    from antiphon.providers.answers.finish_reasons import Word
    from antiphon.providers.litellm.worker.outbox import Outbox
    from antiphon.providers.litellm.worker.sse_normalizer import SseNormalizer


class WorkerAnswer:
    """Sends one answer's events to the server, each only once."""

    def __init__(self, stream: int, outbox: Outbox) -> None:
        self._stream = stream
        self._outbox = outbox
        self._text = SurrogateJoiner()
        self._reasoning = SurrogateJoiner()
        self._counted: dict[str, Any] = {}
        self._open = False
        self.note: str | None = None
        """A note for the user, sent once an answer begins."""
        self.has_text = False
        self._word: Word | None = None

    def open(self) -> None:
        """Reports once that the provider has begun to answer.

        Some providers are asked more than once for one answer.
        """
        if not self._open:
            self._open = True
            self._outbox.put(Opened(self._stream))
            if self.note is not None:
                self._send_note(self.note)

    def again(self) -> None:
        """Reports that the request was refused for its form and is sent again in another."""
        self._outbox.put(RequestResent(self._stream))

    def add(self, delta: Any) -> None:
        """Sends the text and the reasoning of a chunk."""
        reasoning = getattr(delta, "reasoning_content", None)
        if reasoning and isinstance(reasoning, str):
            self._send_text(self._reasoning.add(reasoning), thinking=True)
        text = getattr(delta, "content", None)
        if text and isinstance(text, str):
            self._send_text(self._text.add(text), thinking=False)

    def count(self, usage: dict[str, Any]) -> None:
        """Sends the provider's usage if it has changed."""
        if usage != self._counted:
            self._counted = dict(usage)
            self._outbox.put(UsageCounted(self._stream, self._counted))

    @property
    def ended(self) -> bool:
        """Whether the provider has ended the answer."""
        return self._word is not None

    def end(self, word: Word) -> None:
        """Sends the provider's finish reason if it has changed."""
        if word != self._word:
            self._word = word
            self._outbox.put(Ended(self._stream, word))

    def close(self, events: SseNormalizer | None) -> None:
        """Sends the last text, and notes about what had to be repaired in the stream."""
        self._send_text(self._reasoning.close(), thinking=True)
        self._send_text(self._text.close(), thinking=False)
        if events is not None and events.asked_for_tool:
            self._send_note(ASKED_FOR_TOOL)
        if events is not None and events.ending.late:
            self._send_note(LATE_TEXT)
        if events is not None and events.misnamed:
            self._send_note(misnamed_note(events.misnamed))
        if events is not None and events.lossy:
            self._send_note("the provider sent bytes that are not valid text; they show as \ufffd")
        if events is not None and events.unreadable:
            count = events.unreadable
            which = "1 line of the stream" if count == 1 else f"{count} lines of the stream"
            were = "was" if count == 1 else "were"
            self._send_note(f"{which} could not be read and {were} left out")

    def _send_note(self, note: str) -> None:
        self._outbox.put(StreamNote(self._stream, note))

    def _send_text(self, text: str, *, thinking: bool) -> None:
        if text:
            self.has_text = True
            self._outbox.say(self._stream, text, thinking=thinking)


class SurrogateJoiner:
    """Joins surrogate pairs that were split between two pieces of text."""

    def __init__(self) -> None:
        self._half = ""

    def add(self, text: str) -> str:
        """Returns the text that is complete. A half without its other half becomes U+FFFD."""
        if not self._half and text.isascii():
            return text
        text = self._half + text
        self._half = ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def close(self) -> str:
        """Returns what is left at the end: U+FFFD for a half, or nothing."""
        half, self._half = self._half, ""
        return "\ufffd" if half else ""

"""What the server is told of one answer, in the order in which it became known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.engine.ports.deltas import ASKED_FOR_TOOL
from antiphon.providers.answers.ending import LATE_TEXT
from antiphon.providers.http.sse import misnamed
from antiphon.providers.litellm.messages import Again, Counted, Ended, Odd, Opened

if TYPE_CHECKING:
    from antiphon.providers.answers.finish_reasons import Word
    from antiphon.providers.litellm.worker.outbox import Outbox
    from antiphon.providers.litellm.worker.sse_normalizer import SseNormalizer


class WorkerAnswer:
    """What has been told of an answer."""

    def __init__(self, stream: int, outbox: Outbox) -> None:
        self._stream = stream
        self._outbox = outbox
        self._text = SurrogateJoiner()
        self._thought = SurrogateJoiner()
        self._counted: dict[str, Any] = {}
        self._open = False
        self.note: str | None = None
        """What the person should know once an answer comes."""
        self.said = False
        self._word: Word | None = None

    def open(self) -> None:
        """The provider has begun to answer; some are asked more than once for one answer."""
        if not self._open:
            self._open = True
            self._outbox.put(Opened(self._stream))
            if self.note is not None:
                self._odd(self.note)

    def again(self) -> None:
        """The request was refused for its form and is sent once more, in another one."""
        self._outbox.put(Again(self._stream))

    def add(self, delta: Any) -> None:
        """Text and thinking of a chunk."""
        thought = getattr(delta, "reasoning_content", None)
        if thought and isinstance(thought, str):
            self._say(self._thought.add(thought), thinking=True)
        text = getattr(delta, "content", None)
        if text and isinstance(text, str):
            self._say(self._text.add(text), thinking=False)

    def count(self, usage: dict[str, Any]) -> None:
        """The provider's usage, as far as it is known."""
        if usage != self._counted:
            self._counted = dict(usage)
            self._outbox.put(Counted(self._stream, self._counted))

    @property
    def ended(self) -> bool:
        """Whether the provider has ended the answer."""
        return self._word is not None

    def end(self, word: Word) -> None:
        """The provider's word that the answer is over."""
        if word != self._word:
            self._word = word
            self._outbox.put(Ended(self._stream, word))

    def close(self, events: SseNormalizer | None) -> None:
        """No more text will come; says what had to be mended in the stream."""
        self._say(self._thought.close(), thinking=True)
        self._say(self._text.close(), thinking=False)
        if events is not None and events.asked_for_tool:
            self._odd(ASKED_FOR_TOOL)
        if events is not None and events.ending.late:
            self._odd(LATE_TEXT)
        if events is not None and events.misnamed:
            self._odd(misnamed(events.misnamed))
        if events is not None and events.lossy:
            self._odd("the provider sent bytes that are no text; they show as \ufffd")
        if events is not None and events.unreadable:
            count = events.unreadable
            which = "1 line of the stream" if count == 1 else f"{count} lines of the stream"
            were = "was" if count == 1 else "were"
            self._odd(f"{which} could not be read and {were} left out")

    def _odd(self, note: str) -> None:
        self._outbox.put(Odd(self._stream, note))

    def _say(self, text: str, *, thinking: bool) -> None:
        if text:
            self.said = True
            self._outbox.say(self._stream, text, thinking=thinking)


class SurrogateJoiner:
    """Takes text in pieces; half a pair at a piece's end waits for its other half."""

    def __init__(self) -> None:
        self._half = ""

    def add(self, text: str) -> str:
        """What can be said now; a half without its other half becomes U+FFFD."""
        if not self._half and text.isascii():
            return text
        text = self._half + text
        self._half = ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def close(self) -> str:
        """What is left at the end."""
        half, self._half = self._half, ""
        return "\ufffd" if half else ""

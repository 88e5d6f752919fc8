"""From the events of Gemini's stream to deltas; the laws are those of `openai.answer`.

There is no `[DONE]`: the answer's end is its finish reason, and the body's end follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from antiphon.engine.ports.deltas import (
    Delta,
    Finished,
    ProviderError,
    Reasoning,
    Text,
    UsageReport,
)
from antiphon.model.failure import Failure
from antiphon.providers.gemini.chunks import (
    Candidate,
    Chunk,
    Counts,
    Feedback,
    decode_chunk,
    decode_leniently,
    usage_of,
)
from antiphon.providers.gemini.errors import error_in_stream
from antiphon.providers.openai.answer import OpenAIStream, is_utf8
from antiphon.providers.openai.chunks import UNREADABLE
from antiphon.providers.openai.errors import quote_provider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.providers.http.sse import Event

_OUTCOMES: Final[dict[str, Literal["truncated", "filtered"]]] = {
    "CONTINUATION": "truncated",
    "MAX_TOKENS": "truncated",
    "BLOCKLIST": "filtered",
    "IMAGE_PROHIBITED_CONTENT": "filtered",
    "IMAGE_RECITATION": "filtered",
    "IMAGE_SAFETY": "filtered",
    "PROHIBITED_CONTENT": "filtered",
    "RECITATION": "filtered",
    "SAFETY": "filtered",
    "SPII": "filtered",
}
_NO_REASON: Final = frozenset({"", "FINISH_REASON_UNSPECIFIED"})
_NO_BLOCK: Final = frozenset({"", "BLOCK_REASON_UNSPECIFIED", "BLOCKED_REASON_UNSPECIFIED"})


class GeminiAnswer(OpenAIStream):
    """Folds a stream's events; `feed` never raises, it leaves what went wrong in `problem`."""

    CONTENT: ClassVar = "candidates"

    def feed(self, events: Iterable[Event]) -> list[Delta]:
        """The deltas of the events that one network read completed."""
        counts: Counts | None = None
        for name, data in events:
            if self.full or self.problem:
                break
            if name == b"error":
                self._error(data)
                continue
            try:
                chunk = decode_chunk(data)
            except UNREADABLE:
                unusual = self._lenient(data)
                if unusual is None:
                    continue
                chunk = unusual
            if chunk.error:
                self._error({"error": chunk.error})
                continue
            if chunk.candidates and chunk.candidates[0] is not None:
                self._candidate(chunk.candidates[0])
            counts = chunk.usage_metadata or counts
            if chunk.prompt_feedback is not None:
                self._feedback(chunk.prompt_feedback)
        usage = usage_of(counts) if counts else None
        if usage is not None:
            self._flush()
            self._out.append(UsageReport(usage))
        return self._take()

    def _candidate(self, candidate: Candidate) -> None:
        content = candidate.content
        if content is not None and content.parts:
            for part in content.parts:
                if part is None:
                    continue
                if part.text:
                    self._text(Reasoning if part.thought else Text, part.text)
                elif part.is_no_text:
                    self._note("the model sent something that is no text, which is left out")
        reason = candidate.finish_reason
        if reason is not None and reason not in _NO_REASON and not self.finished:
            self._flush()
            self.finished = True
            self._out.append(Finished(reason, _OUTCOMES.get(reason, "complete")))

    def _feedback(self, feedback: Feedback) -> None:
        reason = feedback.block_reason
        if reason is None or reason in _NO_BLOCK or self.finished:
            return
        words = quote_provider(feedback.block_reason_message or reason, self._scrub)
        message = f"{self._provider} blocked the prompt: {words}."
        failure = Failure.of("content_filter", message, provider=self._provider)
        self.problem = ProviderError(failure, wait_hint="never")

    def _lenient(self, data: bytes) -> Chunk | None:
        """A chunk that strict JSON does not know; or `None`, counted where there should be one."""
        stripped = data.strip()
        if stripped in {b"", b"[DONE]"}:
            return None
        chunk = decode_leniently(data)
        if chunk is None:
            self._drop()
            return None
        self._may_have_halves = True
        if not is_utf8(data):
            self._note("the provider sent bytes that are no text; they show as \ufffd")
        return chunk

    def _error(self, error: Any) -> None:
        midway = not self.finished and (self.has_content or bool(self._parts))
        problem = error_in_stream(error, self._provider, self._scrub, after_content=midway)
        if self.finished:
            self._note(f"after the end came an error: {problem.failure.message}")
        else:
            self.problem = problem

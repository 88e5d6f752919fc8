"""Converts the events of Gemini's stream to deltas, by the rules of `openai.answer`.

There is no `[DONE]`: the answer's end is its finish reason, and the body's end follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from antiphon.engine.ports.deltas import (
    ASKED_FOR_TOOL,
    Delta,
    ProviderError,
    Reasoning,
    Text,
    UsageReport,
)
from antiphon.model.failure import Failure
from antiphon.providers.answers.finish_reasons import Word, classify_end, parse_reason
from antiphon.providers.answers.unreadable import is_utf8
from antiphon.providers.gemini.chunks import (
    Candidate,
    Chunk,
    Counts,
    Feedback,
    decode_chunk,
    decode_leniently,
    parse_usage,
)
from antiphon.providers.gemini.errors import error_in_stream
from antiphon.providers.openai.answer import OpenAIStream
from antiphon.providers.openai.chunks import UNREADABLE, error_in
from antiphon.providers.openai.errors import quote_provider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.providers.http.sse import Event

_NO_BLOCK: Final = frozenset({"", "BLOCK_REASON_UNSPECIFIED", "BLOCKED_REASON_UNSPECIFIED"})


class GeminiAnswer(OpenAIStream):
    """Converts a stream's events. `feed` never raises: an error is kept in `error`."""

    CONTENT: ClassVar = "candidates"
    HAS_DONE: ClassVar = False

    def feed(self, events: Iterable[Event]) -> list[Delta]:
        """Returns the deltas of the events that one network read completed."""
        counts: list[Counts | None] = []
        for name, data in events:
            if self.full or self.error:
                break
            if name == b"error":
                self._add_error(data)
                continue
            try:
                chunk = decode_chunk(data)
            except UNREADABLE:
                lenient = self._decode_python_json(data)
                if lenient is None:
                    continue
                chunk = lenient
            self._out += self.answering.see(chunk.model_version)
            if chunk.candidates and chunk.candidates[0] is not None:
                self._add_candidate(chunk.candidates[0])
            if chunk.error:
                self._add_error({"error": chunk.error})
                continue
            counts.append(chunk.usage_metadata)
            self._add_block_or_error(chunk, data)
        self._add_counts(counts)
        return self._pop_deltas()

    def _add_counts(self, counts: list[Counts | None]) -> None:
        """Adds the last usage of one read that is more than zero."""
        found = (parse_usage(each) for each in reversed(counts) if each is not None)
        usage = next((each for each in found if each is not None), None)
        if usage is not None:
            self._flush()
            self._out.append(UsageReport(usage))

    def _add_candidate(self, candidate: Candidate) -> None:
        content = candidate.content
        if content is not None and content.parts:
            for part in content.parts:
                if part is None:
                    continue
                if part.text:
                    self._add_text(Reasoning if part.thought else Text, part.text)
                elif part.function_call:
                    self._add_note(ASKED_FOR_TOOL)
                elif part.is_not_text:
                    self._add_note("the model sent something that is not text, which is left out")
        if reason := parse_reason(candidate.finish_reason):
            message = candidate.finish_message
            sentence = message if isinstance(message, str) else ""
            self._end(classify_end(Word(reason, sentence=sentence, strict=True)))

    def _add_block_or_error(self, chunk: Chunk, data: bytes) -> None:
        """Adds a blocked prompt or an error that a chunk has instead of an answer."""
        if chunk.prompt_feedback is not None:
            self._add_feedback(chunk.prompt_feedback)
        elif not chunk.candidates and (found := error_in(data)):
            self._add_error(found)

    def _add_feedback(self, feedback: Feedback) -> None:
        reason = feedback.block_reason
        if reason is None or reason in _NO_BLOCK or self.ending.over:
            return
        words = quote_provider(feedback.block_reason_message or reason, self._scrub)
        message = f"{self._provider} blocked the prompt: {words}."
        failure = Failure.of("content_filter", message, provider=self._provider)
        self.error = ProviderError(failure, wait_hint="never")

    def _decode_python_json(self, data: bytes) -> Chunk | None:
        """Decodes data that is not strict JSON, or counts it and returns `None`."""
        stripped = data.strip()
        if stripped in {b"", b"[DONE]"}:
            return None
        chunk = decode_leniently(data)
        if chunk is None:
            self._drop()
            return None
        self._may_have_halves = True
        if not is_utf8(data):
            self._add_note("the provider sent bytes that are not valid text; they show as \ufffd")
        return chunk

    def _parse_error(self, error: Any, *, after_content: bool) -> ProviderError:
        return error_in_stream(error, self._provider, self._scrub, after_content=after_content)

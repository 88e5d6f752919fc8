"""Decodes one chunk of Gemini's stream, with only the fields that are used.

https://ai.google.dev/api/generate-content#generatecontentresponse
"""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from antiphon.model.values.usage import Usage


class Part(msgspec.Struct, gc=False, rename="camel"):
    """A piece of what the model generates."""

    text: str | None = None
    thought: bool | None = None
    """Whether it is the model's reasoning."""
    executable_code: Any = None
    function_call: Any = None
    inline_data: Any = None

    @property
    def is_not_text(self) -> bool:
        """Whether it cannot be shown as text: a picture, a program."""
        return any((self.executable_code, self.inline_data))


class Content(msgspec.Struct, gc=False):
    """What a chunk adds."""

    parts: list[Part | None] | None = None


class Candidate(msgspec.Struct, gc=False, rename="camel"):
    """The one answer that was asked for."""

    content: Content | None = None
    finish_reason: Any = None
    finish_message: Any = None
    """A sentence with the cause of the end."""


class Feedback(msgspec.Struct, gc=False, rename="camel"):
    """A filter's verdict on the prompt."""

    block_reason: str | None = None
    block_reason_message: str | None = None


class Counts(msgspec.Struct, gc=False, rename="camel"):
    """Counts of tokens so far, of any type, since gateways send invalid ones."""

    prompt_token_count: Any = None
    tool_use_prompt_token_count: Any = None
    cached_content_token_count: Any = None
    candidates_token_count: Any = None
    thoughts_token_count: Any = None


class Chunk(msgspec.Struct, gc=False, rename="camel"):
    """One `data:` field of the stream."""

    candidates: list[Candidate | None] | None = None
    usage_metadata: Counts | None = None
    prompt_feedback: Feedback | None = None
    error: Any = None
    model_version: Any = None


decode_chunk: Final = msgspec.json.Decoder(Chunk).decode


def decode_leniently(data: bytes) -> Chunk | None:
    """Returns the chunk if Python's own JSON reader accepts it, else `None`.

    It accepts the same as `antiphon.providers.openai.chunks.decode_leniently`.
    """
    try:
        return msgspec.convert(json.loads(data.decode("utf-8", "replace")), Chunk)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None


def parse_usage(counts: Counts) -> Usage | None:
    """Returns the usage in disjoint classes, or `None` if nothing is counted.

    The prompt's count includes what came from a cache. The answer's does not include the reasoning.
    """
    prompt = _parse_count(counts.prompt_token_count)
    answer = _parse_count(counts.candidates_token_count)
    reasoning = _parse_count(counts.thoughts_token_count)
    if not (prompt or answer or reasoning):
        return None
    cached = min(_parse_count(counts.cached_content_token_count), prompt)
    return Usage(
        input_tokens=prompt - cached + _parse_count(counts.tool_use_prompt_token_count),
        output_tokens=answer,
        cached_input_tokens=cached,
        reasoning_tokens=reasoning,
        source="provider",
    )


def _parse_count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if 0 <= value < 1e15 else 0

"""Decodes one chunk of a streamed completion, with only the fields that are used.

Servers differ in where they put a value, never in its meaning. So every known path is a field here
and no vendor has a decoder of its own.
"""

from __future__ import annotations

import json
from typing import Any, Final, cast

import msgspec

from antiphon.model.values.usage import Usage
from antiphon.providers.http.error_body import error_outside
from antiphon.providers.openai.quirks import (
    CACHE_WRITE_PATHS,
    CACHED_PATHS,
    REASONING_PATHS,
    USAGE_PATHS,
)


class Delta(msgspec.Struct, gc=False):
    """What a chunk adds."""

    content: str | list[Any] | None = None
    """Text, or a list of typed parts from some reasoning models."""
    reasoning_content: Any = None
    reasoning: Any = None
    refusal: Any = None
    tool_calls: Any = None
    function_call: Any = None


class Choice(msgspec.Struct, gc=False):
    """The one choice that was asked for."""

    delta: Delta | None = None
    message: Delta | None = None
    """Comes instead of `delta` if a server answers at once."""
    finish_reason: Any = None
    native_finish_reason: Any = None
    """The finish reason of the vendor behind a gateway."""
    error: Any = None


class Chunk(msgspec.Struct, gc=False):
    """One `data:` field of the stream."""

    model: Any = None
    choices: list[Choice | None] | None = None
    usage: Any = None
    error: Any = None
    x_groq: Any = None


UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What `decode_chunk` raises. `decode_leniently` may still read the data."""

_decoder = msgspec.json.Decoder(Chunk)
decode_chunk = _decoder.decode


def decode_leniently(data: bytes) -> Chunk | None:
    """Returns the chunk if Python's own JSON reader accepts it, else `None`.

    It accepts what strict JSON does not have: invalid UTF-8 (replaced), `NaN`, half of a surrogate
    pair (kept, so that the next chunk can bring the other half).
    """
    try:
        value = json.loads(data.decode("utf-8", "replace"))
        return msgspec.convert(value, Chunk)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None


def error_in(data: bytes) -> Any:
    """Returns the object of an event that is an error in itself, else `None`."""
    try:
        value: Any = msgspec.json.decode(data)
    except UNREADABLE:
        return None
    return error_outside(value)


def split_parts(parts: list[Any]) -> tuple[str, str]:
    """Returns the reasoning and the text of a list of typed parts."""
    reasoning: list[str] = []
    text: list[str] = []
    for part in parts:
        if not isinstance(part, dict):
            continue
        value = cast("dict[str, Any]", part)
        inner = value.get("thinking")
        if isinstance(inner, list):
            reasoning.extend(split_parts(cast("list[Any]", inner)))
        elif isinstance(inner, str):
            reasoning.append(inner)
        if isinstance(value.get("text"), str):
            text.append(value["text"])
    return "".join(reasoning), "".join(text)


def parse_usage(chunk: Chunk) -> Usage | None:
    """Returns the chunk's usage in disjoint classes, or `None` without a readable one."""
    for outer, inner in USAGE_PATHS:
        raw: Any = getattr(chunk, outer)
        if inner and isinstance(raw, dict):
            raw = cast("dict[str, Any]", raw).get(inner)
        if isinstance(raw, dict):
            usage = _to_disjoint(cast("dict[str, Any]", raw))
            if usage is not None:
                return usage
    return None


def _to_disjoint(raw: dict[str, Any]) -> Usage | None:
    prompt = _parse_count(raw.get("prompt_tokens"))
    completion = _parse_count(raw.get("completion_tokens"))
    if not prompt and not completion:
        return None  # every prompt has tokens, so a report of zero is not a report
    total = None if completion is None else _parse_count(raw.get("total_tokens"))
    prompt, completion = prompt or 0, completion or 0
    cached = min(_first_count(raw, CACHED_PATHS), prompt)
    written = min(_first_count(raw, CACHE_WRITE_PATHS), prompt - cached)
    reasoning = _first_count(raw, REASONING_PATHS)
    # Some vendors count reasoning beside the completion and most inside it. Gemini's endpoint
    # counts it in the total alone. So the total decides.
    beside = 0 if total is None else total - prompt - completion
    if reasoning == 0 and beside > 0:
        reasoning = beside
    elif reasoning == 0 or beside != reasoning:
        reasoning = min(reasoning, completion)
        completion -= reasoning
    return Usage(
        input_tokens=prompt - cached,
        output_tokens=completion,
        cached_input_tokens=cached,
        reasoning_tokens=reasoning,
        cache_write_tokens=written or None,
        source="provider",
    )


def _first_count(raw: dict[str, Any], paths: tuple[tuple[str, ...], ...]) -> int:
    for path in paths:
        value: Any = raw
        for key in path:
            value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
        count = _parse_count(value)
        if count:
            return count
    return 0


def _parse_count(value: object) -> int | None:
    """Returns a valid count of tokens, or `None`: gateways send floats and worse."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < 1e15 else None

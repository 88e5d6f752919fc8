"""One chunk of a streamed completion: only the fields that are used, decoded by msgspec.

Servers differ in where they put a thing, never in its meaning, so every known place is a field
here and no vendor has a decoder of its own.
"""

from __future__ import annotations

import json
from typing import Any, Final, cast

import msgspec

from antiphon.model.values.usage import Usage
from antiphon.providers.http.error_body import error_outside
from antiphon.providers.openai.quirks import (
    CACHE_WRITE_PLACES,
    CACHED_PLACES,
    REASONING_PLACES,
    USAGE_PLACES,
)


class Delta(msgspec.Struct, gc=False):
    """What a chunk adds."""

    content: str | list[Any] | None = None
    """Text; some reasoning models send a list of typed parts."""
    reasoning_content: Any = None
    reasoning: Any = None
    refusal: Any = None
    tool_calls: Any = None
    function_call: Any = None


class Choice(msgspec.Struct, gc=False):
    """The one choice that was asked for."""

    delta: Delta | None = None
    message: Delta | None = None
    """In place of `delta` where a server answers at once."""
    finish_reason: Any = None
    native_finish_reason: Any = None
    """The word of the vendor behind a gateway."""
    error: Any = None


class Chunk(msgspec.Struct, gc=False):
    """One `data:` of the stream."""

    choices: list[Choice | None] | None = None
    usage: Any = None
    error: Any = None
    x_groq: Any = None


UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What `decode_chunk` raises; `decode_leniently` may know more."""

_decoder = msgspec.json.Decoder(Chunk)
decode_chunk = _decoder.decode


def decode_leniently(data: bytes) -> Chunk | None:
    """The chunk where Python's own JSON reader can make it out, else `None`.

    It takes what strict JSON does not have: invalid UTF-8 (replaced), `NaN`, half of a surrogate
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


def text_of_parts(parts: list[Any]) -> tuple[str, str]:
    """The thinking and the text of a content that comes as typed parts."""
    thinking: list[str] = []
    text: list[str] = []
    for part in parts:
        if not isinstance(part, dict):
            continue
        value = cast("dict[str, Any]", part)
        inner = value.get("thinking")
        if isinstance(inner, list):
            thinking.extend(text_of_parts(cast("list[Any]", inner)))
        elif isinstance(inner, str):
            thinking.append(inner)
        if isinstance(value.get("text"), str):
            text.append(value["text"])
    return "".join(thinking), "".join(text)


def usage_of(chunk: Chunk) -> Usage | None:
    """The chunk's usage in disjoint classes, or `None` where it has none that can be read."""
    for outer, inner in USAGE_PLACES:
        place: Any = getattr(chunk, outer)
        if inner and isinstance(place, dict):
            place = cast("dict[str, Any]", place).get(inner)
        if isinstance(place, dict):
            usage = _disjoint(cast("dict[str, Any]", place))
            if usage is not None:
                return usage
    return None


def _disjoint(raw: dict[str, Any]) -> Usage | None:
    prompt = _count(raw.get("prompt_tokens"))
    completion = _count(raw.get("completion_tokens"))
    if not prompt and not completion:
        return None  # a prompt has tokens: a report of zero is none
    total = None if completion is None else _count(raw.get("total_tokens"))
    prompt, completion = prompt or 0, completion or 0
    cached = min(_first(raw, CACHED_PLACES), prompt)
    written = min(_first(raw, CACHE_WRITE_PLACES), prompt - cached)
    reasoning = _first(raw, REASONING_PLACES)
    # Some vendors count thinking beside the completion, most inside it, and Gemini's counts it
    # nowhere but in the total: the total tells.
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


def _first(raw: dict[str, Any], places: tuple[tuple[str, ...], ...]) -> int:
    for path in places:
        value: Any = raw
        for key in path:
            value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
        count = _count(value)
        if count:
            return count
    return 0


def _count(value: object) -> int | None:
    """A count of tokens; gateways have been seen to send floats and worse."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < 1e15 else None

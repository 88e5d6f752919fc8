"""Reads the provider's own finish reason, in the dialects that most vendors use.

litellm's readers put `stop` into chunks without a reason, and in place of reasons that they do not
know.
"""

from __future__ import annotations

from typing import Any, Final, cast

import msgspec
from msgspec import Struct

from antiphon.providers.answers.finish_reasons import Word, parse_reason

_NO_JSON: Final = msgspec.Raw()
_EMPTY: Final = frozenset({b"", b"null", b'""', b"[]", b"{}", b"false"})


class _Delta(msgspec.Struct, gc=False):
    content: msgspec.Raw = _NO_JSON
    reasoning_content: msgspec.Raw = _NO_JSON
    reasoning: msgspec.Raw = _NO_JSON
    tool_calls: msgspec.Raw = _NO_JSON
    function_call: msgspec.Raw = _NO_JSON


class _Choice(msgspec.Struct, gc=False):
    delta: _Delta | None = None
    finish_reason: Any = None
    native_finish_reason: Any = None
    error: Any = None


class _Part(msgspec.Struct, gc=False, rename="camel"):
    text: msgspec.Raw = _NO_JSON
    thought: Any = None
    function_call: msgspec.Raw = _NO_JSON


class _Content(msgspec.Struct, gc=False):
    parts: list[_Part | None] | None = None


class _Candidate(msgspec.Struct, gc=False, rename="camel"):
    content: _Content | None = None
    finish_reason: Any = None
    finish_message: Any = None


class _Feedback(msgspec.Struct, gc=False, rename="camel"):
    block_reason: Any = None


class _Event(msgspec.Struct, gc=False):
    choices: list[_Choice | None] | None = None
    """From OpenAI and most others."""
    candidates: list[_Candidate | None] | None = None
    """From Google."""
    promptFeedback: _Feedback | None = None  # noqa: N815 - Google's spelling
    type: Any = None
    """From Anthropic, whose `message_delta` has the reason in its `delta`."""
    delta: Any = None


class EventParts(Struct, frozen=True):
    """The finish reason of an event, and which parts of the answer it brings."""

    known: bool
    """The event is in a dialect that is known here."""
    word: Word | None = None
    """The finish reason, if it has one."""
    text: bool = False
    thinking: bool = False
    tool: bool = False
    """The model calls a function."""
    ends_with_body: bool = False
    """The dialect has no mark of its own for the end of a stream."""


_decode: Final = msgspec.json.Decoder(_Event).decode
_UNKNOWN: Final = EventParts(known=False)
_NOTHING: Final = EventParts(known=True)


def parse_event(data: bytes) -> EventParts:
    """Parses an event into its finish reason and the parts of the answer.


    Raises `msgspec.DecodeError` and `UnicodeDecodeError` if it is not JSON.
    """
    try:
        event = _decode(data)
    except msgspec.ValidationError:
        msgspec.json.decode(data)
        return _UNKNOWN
    if event.choices is not None:
        choice = event.choices[0] if event.choices else None
        return _NOTHING if choice is None else _parse_choice(choice)
    if event.candidates is not None or event.promptFeedback is not None:
        return _parse_google(event)
    if isinstance(event.type, str) and event.type.startswith(("message_", "content_block_")):
        delta: Any = event.delta
        return _parse_anthropic(cast("dict[str, Any]", delta) if isinstance(delta, dict) else {})
    return _UNKNOWN


def _parse_choice(choice: _Choice) -> EventParts:
    delta, error = choice.delta or _Delta(), choice.error
    reason = parse_reason(choice.finish_reason) or ("error" if error else "")
    return EventParts(
        known=True,
        word=Word(reason, parse_reason(choice.native_finish_reason), error) if reason else None,
        text=_is_filled(delta.content),
        thinking=_is_filled(delta.reasoning_content) or _is_filled(delta.reasoning),
        tool=_is_filled(delta.tool_calls) or _is_filled(delta.function_call),
    )


def _parse_google(event: _Event) -> EventParts:
    candidate = (event.candidates or [None])[0] or _Candidate()
    parts = [part for part in (candidate.content or _Content()).parts or () if part is not None]
    word = None
    if reason := parse_reason(candidate.finish_reason):
        message = candidate.finish_message
        word = Word(reason, sentence=message if isinstance(message, str) else "", strict=True)
    elif event.promptFeedback and (reason := parse_reason(event.promptFeedback.block_reason)):
        word = Word(reason, strict=True, blocked=True)
    return EventParts(
        known=True,
        word=word,
        text=any(_is_filled(part.text) and not part.thought for part in parts),
        thinking=any(_is_filled(part.text) and bool(part.thought) for part in parts),
        tool=any(_is_filled(part.function_call) for part in parts),
        ends_with_body=True,
    )


def _parse_anthropic(delta: dict[str, Any]) -> EventParts:
    reason = parse_reason(delta.get("stop_reason"))
    return EventParts(
        known=True,
        word=Word(reason) if reason else None,
        text=bool(delta.get("text")),
        thinking=bool(delta.get("thinking")),
        tool=delta.get("type") == "input_json_delta",
        ends_with_body=True,
    )


def _is_filled(value: msgspec.Raw) -> bool:
    """Checks whether a field is not empty.

    It is not decoded, since it may hold half a surrogate pair.
    """
    return bytes(value) not in _EMPTY

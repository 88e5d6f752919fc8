"""The provider's own word that an answer is over, in the dialects that most vendors speak.

litellm's readers put `stop` into chunks that have no reason, and for reasons that they do not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import msgspec

from antiphon.providers.answers.finish_reasons import Word, reason_in

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
    """Of OpenAI, and most others."""
    candidates: list[_Candidate | None] | None = None
    """Of Google."""
    promptFeedback: _Feedback | None = None  # noqa: N815 - Google's spelling
    type: Any = None
    """Of Anthropic, whose `message_delta` has the reason in its `delta`."""
    delta: Any = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What an event says of its answer's end, and what of the answer it brings."""

    known: bool
    """It is of a dialect that is known here."""
    word: Word | None = None
    """The finish reason, if it has one."""
    text: bool = False
    thinking: bool = False
    tool: bool = False
    """The model calls a function."""
    ends_with_body: bool = False
    """The dialect has no mark of its own for the end of a stream."""


_decode: Final = msgspec.json.Decoder(_Event).decode
_UNKNOWN: Final = Seen(known=False)
_NOTHING: Final = Seen(known=True)


def seen_in(data: bytes) -> Seen:
    """What an event says of its answer and of the answer's end.

    Raises `msgspec.DecodeError` and `UnicodeDecodeError` if it is not JSON.
    """
    try:
        event = _decode(data)
    except msgspec.ValidationError:
        msgspec.json.decode(data)
        return _UNKNOWN
    if event.choices is not None:
        choice = event.choices[0] if event.choices else None
        return _NOTHING if choice is None else _in_choice(choice)
    if event.candidates is not None or event.promptFeedback is not None:
        return _of_google(event)
    if isinstance(event.type, str) and event.type.startswith(("message_", "content_block_")):
        delta: Any = event.delta
        return _of_anthropic(cast("dict[str, Any]", delta) if isinstance(delta, dict) else {})
    return _UNKNOWN


def _in_choice(choice: _Choice) -> Seen:
    delta, error = choice.delta or _Delta(), choice.error
    reason = reason_in(choice.finish_reason) or ("error" if error else "")
    return Seen(
        known=True,
        word=Word(reason, reason_in(choice.native_finish_reason), error) if reason else None,
        text=_is_there(delta.content),
        thinking=_is_there(delta.reasoning_content) or _is_there(delta.reasoning),
        tool=_is_there(delta.tool_calls) or _is_there(delta.function_call),
    )


def _of_google(event: _Event) -> Seen:
    candidate = (event.candidates or [None])[0] or _Candidate()
    parts = [part for part in (candidate.content or _Content()).parts or () if part is not None]
    word = None
    if reason := reason_in(candidate.finish_reason):
        message = candidate.finish_message
        word = Word(reason, sentence=message if isinstance(message, str) else "", strict=True)
    elif event.promptFeedback and (reason := reason_in(event.promptFeedback.block_reason)):
        word = Word(reason, strict=True, blocked=True)
    return Seen(
        known=True,
        word=word,
        text=any(_is_there(part.text) and not part.thought for part in parts),
        thinking=any(_is_there(part.text) and bool(part.thought) for part in parts),
        tool=any(_is_there(part.function_call) for part in parts),
        ends_with_body=True,
    )


def _of_anthropic(delta: dict[str, Any]) -> Seen:
    reason = reason_in(delta.get("stop_reason"))
    return Seen(
        known=True,
        word=Word(reason) if reason else None,
        text=bool(delta.get("text")),
        thinking=bool(delta.get("thinking")),
        tool=delta.get("type") == "input_json_delta",
        ends_with_body=True,
    )


def _is_there(value: msgspec.Raw) -> bool:
    """Whether a field holds anything; it is not decoded, for half a surrogate pair may be in it."""
    return bytes(value) not in _EMPTY

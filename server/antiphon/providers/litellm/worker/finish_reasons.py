"""The provider's own word that an answer is over, in the dialects that most vendors speak.

litellm's readers put `stop` into chunks that have no reason, and for reasons that they do not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.providers.litellm.messages import Outcome


class _Choice(msgspec.Struct, gc=False):
    finish_reason: Any = None


class _Candidate(msgspec.Struct, gc=False):
    finishReason: Any = None  # noqa: N815 - Google's spelling


class _Feedback(msgspec.Struct, gc=False):
    blockReason: Any = None  # noqa: N815 - Google's spelling


class _Event(msgspec.Struct, gc=False):
    choices: list[_Choice | None] | None = None
    """Of OpenAI, and most others."""
    candidates: list[_Candidate | None] | None = None
    """Of Google."""
    promptFeedback: _Feedback | None = None  # noqa: N815 - Google's spelling
    type: Any = None
    """Of Anthropic, whose `message_delta` has the reason in its `delta`."""
    delta: Any = None


_decode: Final = msgspec.json.Decoder(_Event).decode
_NO_REASON: Final = "FINISH_REASON_UNSPECIFIED"

_OUTCOMES: Final[dict[str, Outcome]] = {
    "length": "truncated",
    "max_tokens": "truncated",
    "model_length": "truncated",
    "model_context_window_exceeded": "truncated",
    "error_limit": "truncated",
    "content_filter": "filtered",
    "content_filtered": "filtered",
    "guardrail_intervened": "filtered",
    "refusal": "filtered",
    "error_toxic": "filtered",
    "safety": "filtered",
    "image_safety": "filtered",
    "recitation": "filtered",
    "blocklist": "filtered",
    "prohibited_content": "filtered",
    "spii": "filtered",
}


def outcome_for(reason: str) -> Outcome:
    """What a provider's word means."""
    return _OUTCOMES.get(reason.lower(), "complete")


def finish_reason_in(data: bytes) -> tuple[bool, str | None]:
    """Whether the event is of a dialect that is known here, and its word, where it ends an answer.

    Raises `msgspec.DecodeError` and `UnicodeDecodeError` for what is no JSON.
    """
    try:
        event = _decode(data)
    except msgspec.ValidationError:
        msgspec.json.decode(data)
        return False, None
    if event.choices is not None:
        return True, _first(choice and choice.finish_reason for choice in event.choices)
    if event.candidates is not None or event.promptFeedback is not None:
        candidates = event.candidates or []
        words = [candidate and candidate.finishReason for candidate in candidates]
        if event.promptFeedback is not None:
            words.append(event.promptFeedback.blockReason)
        return True, _first(words)
    if isinstance(event.type, str) and event.type.startswith(("message_", "content_block_")):
        delta: Any = event.delta
        if isinstance(delta, dict):
            return True, _first([cast("dict[str, Any]", delta).get("stop_reason")])
        return True, None
    return False, None


def _first(words: Iterable[Any]) -> str | None:
    return next(
        (word for word in words if isinstance(word, str) and word not in {"", _NO_REASON}), None
    )

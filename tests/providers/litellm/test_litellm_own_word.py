"""The provider's own word for an end, in the dialects that are known."""

from __future__ import annotations

import json

import msgspec
import pytest

from antiphon.providers.answers.finish_reasons import Word
from antiphon.providers.litellm.worker.finish_reasons import parse_event

ERROR = {"code": 502, "message": "Upstream went away"}


@pytest.mark.parametrize(
    ("event", "known", "word"),
    [
        ({"choices": [{"finish_reason": "eos_weird"}]}, True, Word("eos_weird")),
        ({"choices": [{"finish_reason": None}]}, True, None),
        ({"choices": [{"finish_reason": "null"}]}, True, None),
        (
            {"choices": [{"finish_reason": "stop", "native_finish_reason": "network_error"}]},
            True,
            Word("stop", "network_error"),
        ),
        ({"choices": [{"error": ERROR}]}, True, Word("error", error=ERROR)),
        ({"choices": []}, True, None),
        (
            {"candidates": [{"finishReason": "MAX_TOKENS"}]},
            True,
            Word("MAX_TOKENS", strict=True),
        ),
        (
            {"candidates": [{"finishReason": "OTHER", "finishMessage": "why"}]},
            True,
            Word("OTHER", sentence="why", strict=True),
        ),
        ({"candidates": [{"content": {}}]}, True, None),
        ({"candidates": [{"finishReason": "FINISH_REASON_UNSPECIFIED"}]}, True, None),
        (
            {"promptFeedback": {"blockReason": "OTHER"}},
            True,
            Word("OTHER", strict=True, blocked=True),
        ),
        ({"type": "message_start", "message": {}}, True, None),
        ({"type": "content_block_delta", "delta": {"text": "x"}}, True, None),
        ({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, True, Word("end_turn")),
        ({"type": "response.output_text.delta", "delta": "x"}, False, None),
        ({"anything": 1}, False, None),
        ({"choices": "odd"}, False, None),
        ([1], False, None),
    ],
)
def test_ends_are_known_by_the_providers_word_alone(event, known, word):
    parts = parse_event(json.dumps(event).encode())
    assert (parts.known, parts.word) == (known, word)


@pytest.mark.parametrize(
    ("event", "text", "thinking", "tool"),
    [
        ({"choices": [{"delta": {"content": "a"}}]}, True, False, False),
        ({"choices": [{"delta": {"content": "", "reasoning": "a"}}]}, False, True, False),
        ({"choices": [{"delta": {"tool_calls": [{"id": "1"}]}}]}, False, False, True),
        ({"candidates": [{"content": {"parts": [{"text": "a"}]}}]}, True, False, False),
        (
            {"candidates": [{"content": {"parts": [{"text": "a", "thought": True}, None]}}]},
            False,
            True,
            False,
        ),
        (
            {"candidates": [{"content": {"parts": [{"functionCall": {"name": "f"}}]}}]},
            False,
            False,
            True,
        ),
        ({"type": "content_block_delta", "delta": {"text": "x"}}, True, False, False),
        ({"type": "content_block_delta", "delta": {"thinking": "x"}}, False, True, False),
        (
            {"type": "content_block_delta", "delta": {"type": "input_json_delta"}},
            False,
            False,
            True,
        ),
    ],
)
def test_what_an_event_brings_is_seen(event, text, thinking, tool):
    parts = parse_event(json.dumps(event).encode())
    assert (parts.text, parts.thinking, parts.tool) == (text, thinking, tool)


def test_what_is_no_json_is_said_so():
    with pytest.raises(msgspec.DecodeError):
        parse_event(b"{oops")

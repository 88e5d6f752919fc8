"""The provider's own word for an end, in the dialects that are known."""

from __future__ import annotations

import json

import msgspec
import pytest

from antiphon.providers.litellm.worker.finish_reasons import finish_reason_in, outcome_for


@pytest.mark.parametrize(
    ("event", "known", "word"),
    [
        ({"choices": [{"finish_reason": "eos_weird"}]}, True, "eos_weird"),
        ({"choices": [{"finish_reason": None}]}, True, None),
        ({"choices": []}, True, None),
        ({"candidates": [{"finishReason": "MAX_TOKENS"}]}, True, "MAX_TOKENS"),
        ({"candidates": [{"content": {}}]}, True, None),
        ({"candidates": [{"finishReason": "FINISH_REASON_UNSPECIFIED"}]}, True, None),
        ({"promptFeedback": {"blockReason": "SAFETY"}}, True, "SAFETY"),
        ({"type": "message_start", "message": {}}, True, None),
        ({"type": "content_block_delta", "delta": {"text": "x"}}, True, None),
        ({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, True, "end_turn"),
        ({"type": "response.output_text.delta", "delta": "x"}, False, None),
        ({"anything": 1}, False, None),
        ({"choices": "odd"}, False, None),
        ([1], False, None),
    ],
)
def test_ends_are_known_by_the_providers_word_alone(event, known, word):
    assert finish_reason_in(json.dumps(event).encode()) == (known, word)


def test_what_is_no_json_is_said_so():
    with pytest.raises(msgspec.DecodeError):
        finish_reason_in(b"{oops")


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("stop", "complete"),
        ("end_turn", "complete"),
        ("eos_weird", "complete"),
        ("MAX_TOKENS", "truncated"),
        ("length", "truncated"),
        ("SAFETY", "filtered"),
        ("refusal", "filtered"),
    ],
)
def test_what_a_word_means(word, outcome):
    assert outcome_for(word) == outcome

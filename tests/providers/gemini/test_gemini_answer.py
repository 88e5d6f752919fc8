"""What Gemini's chunks become, in whatever pieces they come."""

from __future__ import annotations

import json
from typing import Any

import pytest

from antiphon.engine.ports.deltas import (
    ASKED_FOR_TOOL,
    Delta,
    Finished,
    Note,
    Reasoning,
    Text,
    UsageReport,
)
from antiphon.model.values.usage import Usage
from antiphon.providers.gemini.answer import GeminiAnswer


def answer() -> GeminiAnswer:
    return GeminiAnswer("gemini", str, 1000, think_tags=False)


def fed(folding: GeminiAnswer, *chunks: Any) -> list[Delta]:
    """The deltas of chunks that came in one read."""
    return folding.feed([(b"", json.dumps(chunk).encode()) for chunk in chunks])


def says(*parts: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": list(parts)}, **more}]}


def test_thoughts_are_told_apart_and_neighbours_are_joined() -> None:
    thought = {"text": "I ", "thought": True}
    assert fed(
        answer(), says(thought), says({**thought, "text": "see"}, {"text": "so"}), says(None)
    ) == [Reasoning("I see"), Text("so")]


def test_tags_of_thinking_are_text_since_google_tells_it_apart() -> None:
    assert fed(answer(), says({"text": "<think>x"}, finishReason="STOP")) == [
        Text("<think>x"),
        Finished("STOP", "complete"),
    ]


def test_a_signature_is_nothing_to_show() -> None:
    assert fed(answer(), says({"thoughtSignature": "abc"}, {"text": ""})) == []


def test_what_is_no_text_is_noted_once() -> None:
    picture = {"inlineData": {"mimeType": "image/png", "data": "AA=="}}
    call = {"functionCall": {"name": "f", "args": {}}}
    note, asked = fed(answer(), says(picture), says(call, picture), says(call))
    assert isinstance(note, Note)
    assert "not text" in note.note
    assert asked == Note(ASKED_FOR_TOOL)


def test_a_usage_of_zero_leaves_the_real_one_before_it() -> None:
    real, zero = {"promptTokenCount": 7}, {"promptTokenCount": 0, "candidatesTokenCount": 0}
    [reported] = fed(answer(), {"usageMetadata": real}, {"usageMetadata": zero})
    assert reported == UsageReport(Usage(input_tokens=7, source="provider"))


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("STOP", "complete"),
        ("MAX_TOKENS", "truncated"),
        ("CONTINUATION", "truncated"),
        ("SAFETY", "filtered"),
        ("RECITATION", "filtered"),
        ("BLOCKLIST", "filtered"),
        ("PROHIBITED_CONTENT", "filtered"),
        ("SPII", "filtered"),
        ("IMAGE_SAFETY", "filtered"),
    ],
)
def test_a_finish_reason_is_kept_verbatim_and_says_how_it_ended(reason: str, outcome: str) -> None:
    folding = answer()
    [finished] = fed(folding, says(finishReason=reason))
    assert finished == Finished(reason, outcome)  # type: ignore[arg-type] - a parameter's text


@pytest.mark.parametrize(
    "reason", ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER", "LANGUAGE", "NEW_REASON"]
)
def test_every_reason_but_the_good_ones_is_a_failure_that_keeps_the_text(reason: str) -> None:
    folding = answer()
    candidate = says({"text": "hi"}, finishReason=reason, finishMessage="Said why.")
    assert fed(folding, candidate) == [Text("hi")]
    assert folding.end() == []
    assert folding.error is not None
    assert folding.error.failure.kind == "interrupted"
    assert folding.error.failure.message.endswith(f"gemini said: {reason}: Said why.")


@pytest.mark.parametrize("reason", [None, "", "FINISH_REASON_UNSPECIFIED"])
def test_no_reason_is_no_end(reason: str | None) -> None:
    folding = answer()
    assert fed(folding, says(finishReason=reason)) == []
    assert folding.ending.last is None


def test_usage_has_disjoint_classes_and_the_last_of_a_read_counts() -> None:
    counts = {
        "promptTokenCount": 10,
        "cachedContentTokenCount": 4,
        "toolUsePromptTokenCount": 1,
        "candidatesTokenCount": 5.0,
        "thoughtsTokenCount": 3,
        "totalTokenCount": 19,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 10}],
    }
    chunks = [{"usageMetadata": {"promptTokenCount": 10}}, {"usageMetadata": counts}]
    assert fed(answer(), *chunks) == [
        UsageReport(
            Usage(
                input_tokens=7,
                cached_input_tokens=4,
                output_tokens=5,
                reasoning_tokens=3,
                source="provider",
            )
        )
    ]


@pytest.mark.parametrize("counts", [{}, {"promptTokenCount": "many"}, {"promptTokenCount": -1}])
def test_odd_counts_are_no_usage(counts: dict[str, Any]) -> None:
    assert fed(answer(), {"usageMetadata": counts}) == []


def test_a_blocked_prompt_fails_and_asking_again_cannot_help() -> None:
    folding = answer()
    feedback = {"blockReason": "OTHER", "blockReasonMessage": "not\nthis"}
    assert fed(folding, {"promptFeedback": feedback}) == []
    assert folding.error is not None
    assert folding.error.failure.kind == "content_filter"
    assert folding.error.failure.message == "gemini blocked the prompt: not this."
    assert folding.error.wait_hint == "never"


def test_feedback_without_a_block_changes_nothing() -> None:
    folding = answer()
    fed(folding, {"promptFeedback": {"safetyRatings": []}}, says({"text": "hi"}))
    assert folding.error is None


def test_an_error_after_the_end_is_a_note() -> None:
    folding = answer()
    error = {"error": {"code": 500, "message": "Oops", "status": "INTERNAL"}}
    deltas = fed(folding, says({"text": "hi"}, finishReason="STOP"), error)
    assert folding.error is None
    assert isinstance(deltas[-1], Note)


def test_an_answer_that_is_too_long_is_cut_where_it_may_be() -> None:
    folding = answer()
    deltas = fed(folding, says({"text": "ä" * 600}))
    assert deltas[0] == Text("ä" * 500)
    assert deltas[-1] == Finished("answer_limit", "truncated")


def test_usage_survives_a_later_chunk_of_the_same_read_that_has_none() -> None:
    counts = {"usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 2}}
    text, reported = fed(answer(), counts, says({"text": "hi"}), {"usageMetadata": None})
    usage = Usage(input_tokens=7, output_tokens=2, source="provider")
    assert (text, reported) == (Text("hi"), UsageReport(usage))


def test_unreadable_lines_after_the_end_are_counted_and_change_nothing_else() -> None:
    folding = answer()
    assert fed(folding, says({"text": "hi"}, finishReason="STOP"))[-1] == Finished(
        "STOP", "complete"
    )
    assert folding.feed([(b"", b"{oops")] * 5) == []
    [reported] = fed(folding, {"usageMetadata": {"promptTokenCount": 7}})
    assert reported == UsageReport(Usage(input_tokens=7, source="provider"))
    assert folding.error is None
    assert folding.end() == [Note("5 lines of the stream could not be read and were left out")]


def test_a_fourth_unreadable_line_before_the_end_ends_the_stream() -> None:
    folding = answer()
    assert folding.feed([(b"", b"{oops")] * 3) == []
    assert folding.error is None
    folding.feed([(b"", b"{oops")])
    assert folding.error is not None
    assert folding.error.failure.kind == "malformed_stream"


def test_an_error_that_is_a_chunk_of_its_own_fails_the_answer() -> None:
    folding = answer()
    assert fed(folding, {"code": 503, "message": "Too busy.", "status": "UNAVAILABLE"}) == []
    assert folding.error is not None
    assert folding.error.failure.kind == "overloaded"
    assert "Too busy." in folding.error.failure.message


@pytest.mark.parametrize("data", [b"", b" [DONE] "])
def test_an_empty_event_and_the_mark_of_the_end_are_no_unreadable_lines(data: bytes) -> None:
    folding = answer()
    assert folding.feed([(b"", data)] * 5) == []
    assert (folding.error, folding.ending.last) == (None, None)


def test_bytes_that_are_not_text_are_replaced_and_noted() -> None:
    folding = answer()
    data = b'{"candidates": [{"content": {"parts": [{"text": "a\xff"}]}}]}'
    note, text = folding.feed([(b"", data)])
    assert isinstance(note, Note)
    assert "not valid text" in note.note
    assert text == Text("a\ufffd")


def test_half_a_surrogate_pair_waits_for_its_other_half() -> None:
    folding = answer()
    deltas: list[Delta] = []
    for half in (b'"a\\ud83d"', b'"\\ude00b"'):
        data = b'{"candidates": [{"content": {"parts": [{"text": %b}]}}]}' % half
        deltas += folding.feed([(b"", data)])
    assert deltas == [Text("a"), Text("\U0001f600b")]

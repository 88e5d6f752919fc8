"""What finish reasons mean, in the words of many vendors."""

from __future__ import annotations

import pytest

from antiphon.providers.answers.finish_reasons import Word, classify_end, parse_reason

GONE = {"code": 502, "message": "Upstream went away"}


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("complete", "stop eos end_turn STOP_SEQUENCE COMPLETE tool_calls tool-calls eos_token"),
        (
            "truncated",
            (
                "length MAX_TOKENS maxTokens max_output_tokens model_length ERROR_LIMIT pause_turn "
                "model_context_window_exceeded context_length_exceeded"
            ),
        ),
        (
            "filtered",
            (
                "content_filter content-filter ContentFilter sensitive refusal SAFETY "
                "IMAGE_SAFETY ERROR_TOXIC guardrail_intervened content_filtered RECITATION "
                "PROHIBITED_CONTENT SPII policy_violation"
            ),
        ),
        (
            "failed",
            (
                "error network_error insufficient_system_resource abort cancelled timeout "
                "USER_CANCEL upstream_error engine_crashed provider_disconnected server_overloaded "
                "rate_limit MALFORMED_FUNCTION_CALL malformed_tool_use UNEXPECTED_TOOL_CALL"
            ),
        ),
    ],
)
def test_words_are_known_in_every_spelling(outcome: str, words: str) -> None:
    for word in words.split():
        end = classify_end(Word(word))
        assert (word, end.meaning.outcome, end.note) == (word, outcome, None)


def test_what_follows_a_colon_explains_the_word() -> None:
    end = classify_end(Word("function_call_filter: MALFORMED_FUNCTION_CALL"))
    assert end.outcome == "filtered"
    assert end.reason == "function_call_filter: MALFORMED_FUNCTION_CALL"


def test_a_word_that_is_not_known_is_a_good_end_that_is_named() -> None:
    end = classify_end(Word("eos_weird"))
    assert end.outcome == "complete"
    assert end.note is not None
    assert '"eos_weird"' in end.note
    assert len(classify_end(Word("x" * 5000)).note or "") < 200


@pytest.mark.parametrize("word", ["OTHER", "OF_TOMORROW", "NO_IMAGE", "LANGUAGE"])
def test_a_strict_vendor_has_no_good_ends_but_the_known_ones(word: str) -> None:
    end = classify_end(Word(word, strict=True))
    assert end.failed
    assert end.note is None
    assert not classify_end(Word("STOP", strict=True)).failed


@pytest.mark.parametrize(
    ("word", "cause"),
    [
        (Word("error", "network_error", GONE), GONE),
        (Word("error", "network_error"), "network_error"),
        (Word("error", "stop"), "error"),
        (Word("stop", "MALFORMED_FUNCTION_CALL"), "MALFORMED_FUNCTION_CALL"),
        (Word("tool_calls", "abort"), "abort"),
        (Word("stop", error="it broke"), "it broke"),
        (Word("OTHER", sentence="Why not.", strict=True), "OTHER: Why not."),
    ],
)
def test_the_cause_of_a_failure_is_the_error_else_the_native_word_else_the_word(
    word: Word, cause: object
) -> None:
    end = classify_end(word)
    assert end.failed
    assert end.cause == cause


@pytest.mark.parametrize(
    ("native", "outcome"),
    [("SAFETY", "filtered"), ("MAX_TOKENS", "truncated"), ("STOP", "complete"), ("?", "complete")],
)
def test_a_native_word_that_says_more_than_stop_counts(native: str, outcome: str) -> None:
    end = classify_end(Word("stop", native))
    assert (end.outcome, end.note) == (outcome, None)


def test_the_kind_of_a_failure_without_text_is_that_of_the_word_that_says_most() -> None:
    assert classify_end(Word("error")).meaning.kind == "server_error"
    assert classify_end(Word("error", "rate_limit_exceeded")).meaning.kind == "rate_limited"
    assert classify_end(Word("insufficient_system_resource")).meaning.kind == "overloaded"
    assert classify_end(Word("MALFORMED_FUNCTION_CALL")).meaning.kind == "interrupted"


def test_a_word_of_a_blocked_prompt_is_a_filters_word() -> None:
    assert classify_end(Word("OTHER", strict=True, blocked=True)).outcome == "filtered"


@pytest.mark.parametrize(
    "value", [None, "", "null", "None", "FINISH_REASON_UNSPECIFIED", 7, False, {}, ["stop"]]
)
def test_what_is_no_word_is_no_reason(value: object) -> None:
    assert parse_reason(value) == ""


def test_a_word_may_stand_in_an_object() -> None:
    assert parse_reason({"type": "error"}) == "error"

"""What a provider says went wrong, in every shape in which it says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from antiphon.providers.answers.finish_reasons import Word, classify_end
from antiphon.providers.openai.errors import end_error, status_error


def failed(status: int, body: Any, retry_after_ms: int | None = None) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status_error(status, raw, "local", str, retry_after_ms)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "no good", "type": "t", "code": None}},
        {"error": "no good"},
        {"message": "no good"},
        {"detail": "no good"},
        {"detail": [{"loc": ["body"], "msg": "no good"}]},
        {"errors": [{"message": "no good"}]},
        [{"error": {"code": 400, "message": "no good", "status": "INVALID_ARGUMENT"}}],
        b"no good",
        b"no\n\n   good",
        b"no\x00 good\x1b",
    ],
)
def test_the_providers_words_are_found_in_every_known_shape(body: Any) -> None:
    failure = failed(400, body).failure
    assert failure.kind == "bad_request"
    assert failure.message.endswith("local said: no good")
    assert failure.http_status == 400


@pytest.mark.parametrize("body", [b"", b"<html>secret page</html>", [], {}, 7, None, {"error": {}}])
def test_a_body_that_says_nothing_leaves_the_sentence_of_the_kind(body: Any) -> None:
    failure = failed(500, body).failure
    assert failure.kind == "server_error"
    assert "said" not in failure.message


def test_long_words_are_cut() -> None:
    failure = failed(400, {"message": "x" * 9000}).failure
    assert len(failure.message) < 600
    assert failure.message.endswith("…")


@pytest.mark.parametrize(
    ("status", "body", "kind", "wait_hint"),
    [
        (400, {"error": {"code": "context_length_exceeded"}}, "context_length", None),
        (400, {"error": {"type": "exceed_context_size_error"}}, "context_length", None),
        (400, {"message": "prompt is too long: 9 tokens"}, "context_length", None),
        (400, {"message": "exceeds the model's maximum token count"}, "context_length", None),
        (400, {"error": {"code": "content_filter"}}, "content_filter", None),
        (400, {"error": {"type": "invalid_request_error"}}, "bad_request", None),
        (401, {"error": {"type": "invalid_request_error"}}, "authentication", None),
        (400, {"error": {"code": "invalid_api_key"}}, "authentication", None),
        (402, {"error": {"message": "Payment"}}, "quota", "never"),
        (403, {"error": {"code": "model_not_found"}}, "model_not_found", None),
        (404, {"error": "model 'x' not found, try pulling it first"}, "model_not_found", None),
        (404, {"error": {"message": "no such thing", "type": "x"}}, "model_not_found", None),
        (404, {"error": {"message": "Invalid URL (POST /v2/chat)"}}, "bad_request", None),
        (404, {"error": {"message": "File Not Found", "code": 404}}, "bad_request", None),
        (404, {"detail": "Not Found"}, "bad_request", None),
        (413, {"error": {"message": "maximum context length"}}, "context_length", None),
        (413, b"too big", "bad_request", None),
        (429, {"error": {"code": "insufficient_quota"}}, "quota", "never"),
        (429, {"error": {"type": "insufficient_quota"}}, "quota", "never"),
        (429, {"error": {"code": "enforced_spend_limit_reached"}}, "quota", "never"),
        (429, {"error": {"message": "Your credit: insufficient balance"}}, "quota", "never"),
        (429, {"error": {"type": "tokens"}}, "rate_limited", "tokens"),
        (429, {"error": {"message": "on tokens per min (TPM)"}}, "rate_limited", "tokens"),
        (429, {"error": {"type": "requests"}}, "rate_limited", None),
        (500, {"error": {"type": "server_error"}}, "server_error", None),
        (503, b"", "overloaded", None),
        (599, b"", "server_error", None),
        (418, b"", "bad_request", None),
        (451, b"", "bad_request", None),
    ],
)
def test_code_then_words_then_status_say_the_kind(
    status: int, body: Any, kind: str, wait_hint: str | None
) -> None:
    error = failed(status, body)
    assert error.failure.kind == kind
    assert error.wait_hint == wait_hint


def test_a_path_that_leads_nowhere_hints_at_the_base_url() -> None:
    assert "baseUrl" in failed(404, b"<h1>Not Found</h1>").failure.hint
    assert "baseUrl" not in failed(404, {"message": "model x not found"}).failure.hint


def test_the_wait_that_was_asked_for_is_passed_on() -> None:
    assert failed(429, b"", 1500).failure.retry_after_ms == 1500


KEPT = "What had arrived is kept. Regenerate to ask again."
UNWRITTEN = "The model failed before it had written anything. local said: language"


@pytest.mark.parametrize(
    ("reason", "after_content", "kind", "message", "hint"),
    [
        ("language", False, "interrupted", UNWRITTEN, "Regenerate to ask again, or choose another"),
        ("language", True, "interrupted", "The answer was cut off before its end.", KEPT),
        ("overloaded", False, "overloaded", "", ""),
        ("overloaded", True, "interrupted", "The answer was cut off before its end.", KEPT),
    ],
)
def test_a_reason_of_failure_says_whether_anything_was_written(
    reason: str, after_content: bool, kind: str, message: str, hint: str
) -> None:
    end = classify_end(Word(reason))
    failure = end_error(end, "local", str, after_content=after_content).failure
    assert failure.kind == kind
    assert failure.message.startswith(message)
    assert failure.message.endswith(f"local said: {reason}")
    assert failure.hint.startswith(hint)
    assert ("before it had written" in failure.message) == (message == UNWRITTEN)

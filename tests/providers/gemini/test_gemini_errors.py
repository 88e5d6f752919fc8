"""What Google's errors mean beyond their status, and odd ones do no harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.providers.gemini.errors import (
    Details,
    error_in_stream,
    error_of_status,
    parse_details,
)
from support.faults.google import SPENT, info, quota, retry


def told(status: int, message: str, *details: dict[str, Any]) -> Any:
    body = {"error": {"code": status, "message": message, "details": list(details)}}
    return error_of_status(status, json.dumps(body).encode(), "gemini", str)


@pytest.mark.parametrize(
    ("status", "message", "details", "kind"),
    [
        (400, "Please pass a valid one", [info("API_KEY_INVALID")], "authentication"),
        (400, "API key expired. Please renew the API key.", [], "authentication"),
        (403, "Your API key was reported as leaked.", [], "authentication"),
        (403, "Blocked", [info("API_KEY_SERVICE_BLOCKED")], "permission"),
        (400, "User location is not supported for the API use.", [], "permission"),
        (
            400,
            "Unable to submit: the input token count is 9 but it exceeds 8",
            [],
            "context_length",
        ),
        (400, "Bad parameter", [], "bad_request"),
        (404, "models/x is not found for API version v1beta", [], "model_not_found"),
        (429, SPENT, [quota("GenerateRequestsPerDayPerProject")], "quota"),
        (429, f"{SPENT} limit: 0", [], "quota"),
        (429, f"{SPENT} limit: 05", [], "rate_limited"),
        (429, SPENT, [quota("GenerateRequestsPerMinutePerProject")], "rate_limited"),
        (503, "The model is overloaded.", [], "overloaded"),
        (504, "Deadline expired", [], "server_error"),
    ],
)
def test_details_and_words_know_more_than_the_status(
    status: int, message: str, details: list[dict[str, Any]], kind: str
) -> None:
    error = told(status, message, *details)
    assert error.failure.kind == kind
    assert error.failure.http_status == status
    assert message in error.failure.message


def test_a_wait_is_told_unless_the_quota_is_one_of_a_day() -> None:
    minute, day = quota("RequestsPerMinute"), quota("RequestsPerDay")
    assert told(429, SPENT, minute, retry("34.074824224s")).failure.retry_after_ms == 34_075
    spent = told(429, SPENT, day, retry("34s"))
    assert spent.failure.retry_after_ms is None
    assert spent.wait_hint == "never"
    assert told(429, SPENT, quota("InputTokensPerMinute"), retry("3s")).wait_hint == "tokens"


def test_an_error_in_a_list_or_without_its_cover_is_read_as_well() -> None:
    bare = {"details": [retry("2s")]}
    for error in (bare, {"error": bare}, [{"error": bare}]):
        assert parse_details(error) == Details(retry_after_ms=2000)


def test_where_nothing_answers_the_address_is_asked_about() -> None:
    error = error_of_status(404, b"<h1>Not Found</h1>", "gemini", str)
    assert error.failure.kind == "bad_request"
    assert "leave it out for Google's own address" in error.failure.hint


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "details", "@type", "code", "message", "violations", "status"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON, st.sampled_from([400, 403, 404, 429, 500, 503]))
def test_no_shape_of_an_error_is_a_mistake_of_ours(error: Any, status: int) -> None:
    body = json.dumps(error).encode()
    assert error_of_status(status, body, "gemini", str).failure.http_status == status
    for after_content in (True, False):
        assert error_in_stream(body, "gemini", str, after_content=after_content).failure.message

"""What is left, by the headers that OpenAI and Groq send with every answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.ports.deltas import RateLimitRemaining
from antiphon.providers.http.rate_limit_headers import parse_allowances, parse_duration_s

GROQ = {
    "x-ratelimit-limit-requests": "14400",
    "x-ratelimit-remaining-requests": "14370",
    "x-ratelimit-reset-requests": "2m59.56s",
    "x-ratelimit-limit-tokens": "18000",
    "x-ratelimit-remaining-tokens": "0",
    "x-ratelimit-reset-tokens": "7.66s",
}


def test_requests_and_tokens_are_told_with_their_resets():
    assert parse_allowances(GROQ) == [
        RateLimitRemaining("requests", 14_370, pytest.approx(179.56)),
        RateLimitRemaining("tokens", 0, 7.66),
    ]


def test_headers_that_are_not_there_say_nothing():
    assert parse_allowances({}) == []
    assert parse_allowances({"x-ratelimit-remaining-requests": "0"}) == []
    assert parse_allowances({"x-ratelimit-reset-requests": "1s"}) == []


@pytest.mark.parametrize("remaining", ["-1", "", "many", "1.5", "٣", "9" * 40])
def test_a_figure_that_is_none_says_nothing(remaining):
    headers = {"x-ratelimit-remaining-tokens": remaining, "x-ratelimit-reset-tokens": "1s"}
    assert parse_allowances(headers) == []


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("20ms", 0.02),
        ("1h2m3.5s", 3723.5),
        ("1d", 86_400),
        ("12", 12),
        ("0.25", 0.25),
        ("0s", 0),
        ("", None),
        ("soon", None),
        ("1x", None),
        ("-1s", None),
        ("1s ", None),
        ("2026-01-01T00:00:00Z", None),
    ],
)
def test_durations_are_read_as_they_are_written(duration, seconds):
    assert parse_duration_s(duration) == (None if seconds is None else pytest.approx(seconds))


@given(st.text())
def test_whatever_stands_there_is_seconds_or_nothing(text):
    found = parse_duration_s(text)
    assert found is None or found >= 0

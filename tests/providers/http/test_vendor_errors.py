"""What went wrong is shown and chooses the kind, wherever a vendor or a gateway put it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from antiphon.engine.ports.deltas import ProviderError
from support.providers.canned_server import canned, event
from support.providers.direct_adapters import ADAPTERS, CANARY, END, TEXT
from support.providers.stream_reading import Seen, consume, request_for
from support.providers.vendor_errors import BEHIND, KEY, NO_ERRORS, OUTSIDE, passed_on


async def seen_of(adapter: str, body: bytes, kind: str, status: int = 200) -> Seen:
    async with canned(body, kind, status=status) as server:
        provider = ADAPTERS[adapter](server.origin)
        seen = await consume(provider, request_for("m"))
        await provider.aclose()
    return seen


def check(seen: Seen, kind: str, words: str) -> None:
    assert seen.error is not None
    assert seen.error.failure.kind == kind
    assert words in seen.error.failure.message


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("case", BEHIND)
async def test_the_reason_behind_a_gateway_is_what_was_said(adapter: str, case: str) -> None:
    value, kind, words = BEHIND[case]
    seen = await seen_of(adapter, json.dumps(value).encode(), "application/json", 400)
    check(seen, kind, words)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("case", ["json", "object", "words", "google"])
@pytest.mark.parametrize("with_text", [False, True])
async def test_the_reason_behind_a_gateway_is_what_was_said_in_a_stream_too(
    adapter: str, case: str, *, with_text: bool
) -> None:
    value, kind, words = BEHIND[case]
    body = (TEXT[adapter] if with_text else b"") + event(value)
    seen = await seen_of(adapter, body, "text/event-stream")
    check(seen, "interrupted" if with_text else kind, words)
    assert seen.text == ("Half" if with_text else "")


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("raw", [f"bad key {KEY}", json.dumps({"error": f"bad key {CANARY}"})])
async def test_no_key_is_in_the_reason_behind_a_gateway(adapter: str, raw: str) -> None:
    seen = await seen_of(adapter, json.dumps(passed_on(raw)).encode(), "application/json", 400)
    check(seen, "bad_request", "bad key [key]")
    assert KEY not in repr(seen)
    assert CANARY not in repr(seen)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("case", OUTSIDE)
@pytest.mark.parametrize("kind", ["application/json", "text/event-stream", "text/plain"])
@pytest.mark.parametrize("as_event", [False, True])
async def test_an_error_outside_error_is_shown_and_chooses_the_kind(
    adapter: str, case: str, kind: str, *, as_event: bool
) -> None:
    value, meant, words = OUTSIDE[case]
    body = event(value) if as_event else json.dumps(value).encode()
    check(await seen_of(adapter, body, kind), meant, words)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("case", OUTSIDE)
async def test_an_error_outside_error_in_the_middle_of_an_answer_keeps_its_text(
    adapter: str, case: str
) -> None:
    value, _, words = OUTSIDE[case]
    seen = await seen_of(adapter, TEXT[adapter] + event(value), "text/event-stream")
    check(seen, "interrupted", words)
    assert seen.text == "Half"


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("case", NO_ERRORS)
async def test_what_says_that_all_is_well_is_no_error(adapter: str, case: str) -> None:
    body = event(NO_ERRORS[case]) + TEXT[adapter] + event(NO_ERRORS[case]) + END[adapter]
    seen = await seen_of(adapter, body, "text/event-stream")
    assert seen.error is None
    assert seen.text == "Half"
    assert seen.finished is not None
    assert seen.finished.outcome == "complete"


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b'{"message": "Unauthorized"}', "authentication", "Unauthorized"),
        (b'{"message": "Welcome to the API"}', "malformed_stream", '"Welcome to the API"'),
        (b'{"ok": true}', "malformed_stream", "JSON that is not a completion."),
        (b"<html>Sign in</html>", "malformed_stream", "instead of a stream"),
    ],
)
@pytest.mark.parametrize("called", ["application/json", "text/event-stream", ""])
async def test_json_that_is_no_answer_shows_its_words(
    adapter: str, body: bytes, kind: str, words: str, called: str
) -> None:
    if called == "application/json" and body.startswith(b"<"):
        words = "JSON that is not a completion"
    check(await seen_of(adapter, body, called), kind, words)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("case", OUTSIDE)
async def test_a_list_of_models_that_is_an_error_says_so(adapter: str, case: str) -> None:
    value, kind, words = OUTSIDE[case]
    async with canned(json.dumps(value).encode(), "application/json") as server:
        provider: Any = ADAPTERS[adapter](server.origin)
        with pytest.raises(ProviderError) as caught:
            await provider.models(timeout_s=5.0)
        await provider.aclose()
    assert caught.value.failure.kind == kind
    assert words in caught.value.failure.message

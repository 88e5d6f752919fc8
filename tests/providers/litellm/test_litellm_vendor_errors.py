"""What holds of the direct adapters holds through litellm: the reason, wherever it was put."""

from __future__ import annotations

import json

import pytest

from antiphon.engine.ports.deltas import Note
from antiphon.providers.litellm.adapter import LiteLlm
from antiphon.providers.litellm.messages import Patience
from support.providers.canned_server import canned, event
from support.providers.stream_reading import Seen, consume, request_for
from support.providers.vendor_errors import BEHIND, KEY, NO_ERRORS, OUTSIDE, passed_on

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("worker_kept")]

CANARY = "canary-0123456789-Zz"
PATHS = {"openai": "/v1", "groq": "/openai/v1", "gemini": "/v1beta"}
QUICK = Patience(usage_s=0.3, refusal_s=0.3)
OPENAI_TEXT = event(
    {"id": "c", "object": "chat.completion.chunk", "choices": [{"delta": {"content": "Half"}}]}
)
OPENAI_END = event({"id": "c", "choices": [{"delta": {}, "finish_reason": "stop"}]})
USAGE = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
GEMINI_END = event(
    {
        "candidates": [{"content": {"parts": [{"text": ""}]}, "finishReason": "STOP"}],
        "usageMetadata": USAGE,
    }
)
GEMINI_TEXT = event({"candidates": [{"content": {"parts": [{"text": "Half"}], "role": "model"}}]})
TEXT = {"openai": OPENAI_TEXT, "groq": OPENAI_TEXT, "gemini": GEMINI_TEXT}
END = {"openai": OPENAI_END, "groq": OPENAI_END, "gemini": GEMINI_END}


async def seen_of(vendor: str, body: bytes, kind: str, status: int = 200, piece: int = 0) -> Seen:
    async with canned(body, kind, status=status, piece=piece) as server:
        adapter = LiteLlm(vendor, server.origin + PATHS[vendor], lambda: CANARY, patience=QUICK)
        seen = await consume(adapter, request_for("m"))
        await adapter.aclose()
    return seen


def check(seen: Seen, kind: str, words: str) -> None:
    assert seen.error is not None
    assert seen.error.failure.kind == kind
    assert words in seen.error.failure.message


@pytest.mark.parametrize("vendor", PATHS)
@pytest.mark.parametrize("case", BEHIND)
async def test_the_reason_behind_a_gateway_is_what_was_said(vendor: str, case: str):
    value, kind, words = BEHIND[case]
    check(await seen_of(vendor, json.dumps(value).encode(), "application/json", 400), kind, words)


@pytest.mark.parametrize("vendor", PATHS)
@pytest.mark.parametrize("case", ["json", "object", "words", "google"])
async def test_the_reason_behind_a_gateway_is_what_was_said_in_a_stream_too(vendor: str, case: str):
    value, kind, words = BEHIND[case]
    check(await seen_of(vendor, event(value), "text/event-stream"), kind, words)
    seen = await seen_of(vendor, TEXT[vendor] + event(value), "text/event-stream")
    check(seen, "interrupted", words)
    assert seen.text == "Half"


@pytest.mark.parametrize("vendor", PATHS)
async def test_no_key_is_in_the_reason_behind_a_gateway(vendor: str):
    body = json.dumps(passed_on(f"bad key {KEY} or {CANARY}")).encode()
    seen = await seen_of(vendor, body, "application/json", 400)
    check(seen, "bad_request", "bad key [key] or [key]")
    assert KEY not in repr(seen)
    assert CANARY not in repr(seen)


@pytest.mark.parametrize("vendor", PATHS)
@pytest.mark.parametrize("case", OUTSIDE)
async def test_an_error_outside_error_is_shown_and_chooses_the_kind(vendor: str, case: str):
    value, meant, words = OUTSIDE[case]
    document = json.dumps(value).encode()
    check(await seen_of(vendor, document, "application/json"), meant, words)
    check(await seen_of(vendor, document, "text/event-stream"), meant, words)
    check(await seen_of(vendor, event(value), "text/event-stream"), meant, words)


@pytest.mark.parametrize("vendor", ["openai", "groq"])
@pytest.mark.parametrize("case", NO_ERRORS)
async def test_what_says_that_all_is_well_is_no_error(vendor: str, case: str):
    body = event(NO_ERRORS[case]) + TEXT[vendor] + END[vendor]
    seen = await seen_of(vendor, body, "text/event-stream")
    assert seen.error is None
    assert seen.text == "Half"


@pytest.mark.parametrize("vendor", PATHS)
async def test_json_that_is_no_answer_shows_its_words(vendor: str):
    said = b'{"message": "Unauthorized"}'
    check(await seen_of(vendor, said, "application/json"), "authentication", "Unauthorized")
    said = b'{"message": "Welcome"}'
    check(await seen_of(vendor, said, "application/json"), "malformed_stream", '"Welcome"')


@pytest.mark.parametrize("vendor", PATHS)
@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/octet-stream", "text/html", ""]
)
@pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf", b": waiting\n\n", b"\r\n\n"])
@pytest.mark.parametrize("piece", [0, 1])
async def test_a_good_stream_is_read_whatever_it_is_called(
    vendor: str, kind: str, begin: bytes, piece: int
):
    seen = await seen_of(vendor, begin + TEXT[vendor] + END[vendor], kind, piece=piece)
    assert seen.error is None
    assert seen.text == "Half"
    notes = [delta.note for delta in seen.deltas if isinstance(delta, Note)]
    said = f"the provider called its stream {kind}; it was read as a stream of events"
    assert notes == ([said] if kind else [])

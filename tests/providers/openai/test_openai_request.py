"""The body of a request, and what the vendors' rows make of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.deltas import ProviderError
from antiphon.providers.openai.quirks import PLAIN, ROWS, Quirks, quirks_for
from antiphon.providers.openai.request import adapt_to_refusal, build_body

ROW = {row.name: row for row in ROWS}


def body(params: dict[str, Any], quirks: Quirks = PLAIN) -> tuple[dict[str, Any], list[str]]:
    turns = [ChatTurn("system", "be kind"), ChatTurn("user", "hi €")]
    raw, dropped = build_body(ChatRequest("m", turns, params), quirks)
    return json.loads(raw), dropped


def test_a_request_streams_and_asks_for_usage() -> None:
    found, dropped = body({"temperature": 0, "top_p": None})
    assert dropped == []
    assert found == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "be kind"},
            {"role": "user", "content": "hi €"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
    }


@pytest.mark.parametrize(
    ("vendor", "expected"), [("openai", "max_completion_tokens"), ("ollama", "max_tokens")]
)
def test_the_limit_of_tokens_has_the_vendors_name(vendor: str, expected: str) -> None:
    found, _ = body({"max_tokens": 5}, ROW[vendor])
    assert found[expected] == 5


def test_a_vendor_that_sends_usage_unasked_is_not_asked() -> None:
    found, _ = body({"seed": 1}, ROW["mistral"])
    assert "stream_options" not in found
    assert found["random_seed"] == 1


def test_parameters_that_the_vendor_is_not_known_to_take_are_left_out_by_name() -> None:
    found, dropped = body({"min_p": 0.1, "magic": 1, "messages": [], "stream": False})
    assert dropped == ["min_p", "magic", "messages", "stream"]
    assert found["stream"] is True
    assert body({"min_p": 0.1}, ROW["llama.cpp"])[0]["min_p"] == 0.1


@pytest.mark.parametrize(
    ("vendor", "accepted"),
    [
        ("openrouter", {"min_p", "top_k", "top_a", "transforms", "user", "response_format"}),
        ("groq", {"presence_penalty", "reasoning_format", "service_tier"}),
        ("deepseek", {"frequency_penalty", "thinking"}),
        ("mistral", {"presence_penalty", "safe_prompt"}),
    ],
)
def test_a_vendor_is_sent_what_it_shares_with_others_and_what_is_its_own(
    vendor: str, accepted: set[str]
) -> None:
    found, dropped = body({**dict.fromkeys(accepted, 1), "magic": 1}, ROW[vendor])
    assert accepted <= found.keys()
    assert dropped == ["magic"]


@pytest.mark.parametrize(
    ("value", "words"), [("\ud800", "text that is not valid Unicode"), (object(), "odd values")]
)
def test_what_json_cannot_hold_is_refused_before_anything_is_sent(value: Any, words: str) -> None:
    with pytest.raises(ProviderError, match=f"holds {words}, which cannot be sent") as caught:
        body({"stop": value})
    assert caught.value.failure.kind == "bad_request"


@pytest.mark.parametrize(
    ("name", "host", "port", "expected"),
    [
        ("work", "api.openai.com", None, "openai"),
        ("work", "me.openai.azure.com", None, "openai"),
        ("work", "notopenai.com", None, "openai-compatible"),
        ("openai", "gateway.example.com", None, "openai"),
        ("Grok", "gateway.example.com", None, "xai"),
        ("mine", "localhost", 11434, "ollama"),
        ("mine", "far.example.com", 11434, "openai-compatible"),
        ("openai", "api.mistral.ai", None, "mistral"),
    ],
)
def test_a_vendor_is_found_by_host_then_by_name_then_by_local_port(
    name: str, host: str, port: int | None, expected: str
) -> None:
    assert quirks_for(name, host, port, loopback=host == "localhost").name == expected


def test_the_rows_do_not_contradict_each_other() -> None:
    for places in ([row.name for row in ROWS], [h for row in ROWS for h in row.hosts]):
        assert len(places) == len(set(places))
    ports = [port for row in ROWS for port in row.ports]
    assert len(ports) == len(set(ports))


def test_a_refusal_of_stream_options_is_learned_from_once() -> None:
    said = b'{"error": {"message": "Unknown field stream_options"}}'
    row = adapt_to_refusal(PLAIN, 400, said)
    assert row is not None
    assert not row.stream_options
    assert adapt_to_refusal(row, 400, said) is None
    assert adapt_to_refusal(PLAIN, 500, said) is None
    assert adapt_to_refusal(PLAIN, 400, b"something else") is None

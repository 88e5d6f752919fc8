"""A refusal that names a parameter is learned from; one of its value is not."""

from __future__ import annotations

import json

import pytest

from antiphon.engine.ports import ChatRequest
from antiphon.providers.openai.quirks import PLAIN, ROWS
from antiphon.providers.openai.request import adapt_to_refusal, build_params, refused_param

OPENAI = next(row for row in ROWS if row.name == "openai")


def body(message: str, param: str | None = None) -> bytes:
    return json.dumps({"error": {"message": message, "param": param}}).encode()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (body("Unsupported parameter: 'seed' is not supported with this model.", "seed"), "seed"),
        (body("'temperature' does not support 0.2 with this model.", "temperature"), "temperature"),
        (b'{"detail": [{"loc": ["seed"], "msg": "Extra inputs are not permitted"}]}', "seed"),
        (b"unknown field seed", "seed"),
        (body("temperature and seed: the latter is not supported.", "seed"), "seed"),
        (body("unknown field seed", ""), "seed"),
        (body("temperature must be at most 2", "temperature"), None),
        (body("The model is not supported.", "model"), None),
        (body("Unknown model"), None),
        (body("Unsupported: seeding"), None),
        (b"\xff not supported", None),
        (b"", None),
    ],
)
def test_which_parameter_a_refusal_means(said, expected):
    assert refused_param(said, ["temperature", "seed"]) == expected


def test_what_a_model_refused_is_left_out_for_that_model_alone():
    request = ChatRequest("m", [], {"seed": 1, "temperature": 0.2})
    row = adapt_to_refusal(PLAIN, 400, body("unsupported", "seed"), request)
    assert build_params(request, row) == ({"temperature": 0.2}, ["seed"])
    assert build_params(ChatRequest("n", [], {"seed": 1}), row) == ({"seed": 1}, [])
    assert adapt_to_refusal(row, 400, body("unsupported", "seed"), request) is None
    assert adapt_to_refusal(PLAIN, 500, body("unsupported", "seed"), request) is None


def test_the_other_name_of_the_limit_is_learned():
    request = ChatRequest("m", [], {"max_tokens": 5})
    said = body("'max_tokens' is not supported. Use 'max_completion_tokens' instead.", "max_tokens")
    row = adapt_to_refusal(PLAIN, 400, said, request)
    assert build_params(request, row) == ({"max_completion_tokens": 5}, [])


@pytest.mark.parametrize("model", ["o3", "o4-mini", "gpt-5", "gpt-5.1-2025-11-13"])
def test_openais_thinking_models_take_no_temperature(model):
    params = {"temperature": 0.2, "reasoning_effort": "low", "seed": 1}
    kept, dropped = build_params(ChatRequest(model, [], params), OPENAI)
    assert (kept, dropped) == ({"reasoning_effort": "low", "seed": 1}, ["temperature"])


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5-chat-latest", "o200k"])
def test_openais_other_models_do(model):
    assert build_params(ChatRequest(model, [], {"temperature": 0.2}), OPENAI)[1] == []


def test_without_thinking_they_do_too():
    params = {"temperature": 0.2, "reasoning_effort": "none"}
    assert build_params(ChatRequest("gpt-5.1", [], params), OPENAI)[1] == []


def test_a_parameter_may_be_spelled_as_on_the_wire():
    request = ChatRequest("gpt-4o", [], {"frequencyPenalty": 0.5, "tokensPerSecond": 3})
    assert build_params(request, OPENAI) == ({"frequency_penalty": 0.5}, ["tokensPerSecond"])

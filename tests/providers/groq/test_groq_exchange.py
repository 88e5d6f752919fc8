"""What goes out to Groq, and what its answers teach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.deltas import Resent
from antiphon.providers.groq.adapter import GroqProvider
from support.providers.stream_reading import consume, request_for

if TYPE_CHECKING:
    from support.faults.client import FaultServer


async def test_parameters_are_spelled_as_groq_spells_them_and_unknown_ones_are_told(
    provider: GroqProvider, fault_server: FaultServer
) -> None:
    turns = [ChatTurn("system", "be brief"), ChatTurn("user", "hi"), ChatTurn("assistant", "yes")]
    params: dict[str, Any] = {
        "temperature": 0.5,
        "max_tokens": 7,
        "seed": 3,
        "stop": ["x"],
        "reasoning_effort": "low",
        "top_k": 4,
        "logit_bias": {},
        "user": None,
    }
    seen = await consume(provider, ChatRequest("ok", turns, params))
    [request] = fault_server.requests()
    assert request["path"] == "/openai/v1/chat/completions"
    assert request["body"] == {
        "model": "ok",
        "messages": [{"role": turn.role, "content": turn.content} for turn in turns],
        "stream": True,
        "temperature": 0.5,
        "max_completion_tokens": 7,
        "seed": 3,
        "stop": ["x"],
        "reasoning_effort": "low",
    }
    assert seen.notes == ["groq was not sent: top_k, logit_bias"]


@pytest.mark.parametrize("end", ["", "/", "/openai/v1", "/openai/v1/", "/openai/v1/models"])
async def test_an_address_may_have_the_sdks_path_already(
    end: str, fault_server: FaultServer
) -> None:
    provider = GroqProvider("local", fault_server.origin + end)
    assert (await consume(provider, request_for("ok"))).finished is not None
    await provider.aclose()


async def test_without_an_address_the_vendor_is_asked() -> None:
    provider = GroqProvider("groq", None, lambda: "a-key-0123456789")
    written = await provider.sdk().chat("m", [], {})
    assert written.url == "https://api.groq.com/openai/v1/chat/completions"
    assert written.headers["authorization"] == "Bearer a-key-0123456789"
    assert repr(provider) == "GroqProvider('groq', 'https://api.groq.com')"


async def test_models_are_listed_with_their_limits(provider: GroqProvider) -> None:
    models = await provider.models()
    assert models[0].id == "ok"
    assert models[0].context_window == 8192


async def test_usage_is_taken_from_where_groq_puts_it(provider: GroqProvider) -> None:
    seen = await consume(provider, request_for("groq-usage"))
    assert seen.usage is not None
    assert seen.usage.input_tokens == 8
    assert seen.usage.source == "provider"


async def test_a_model_that_thinks_aloud_is_asked_to_keep_that_apart(
    provider: GroqProvider, fault_server: FaultServer
) -> None:
    for model in ("qwen/qwen3-32b", "ok"):
        await consume(provider, request_for(model))
    asked = [request["body"].get("reasoning_format") for request in fault_server.requests()]
    assert asked == ["parsed", None]


async def test_what_a_model_refuses_is_left_out_from_then_on_and_told(
    provider: GroqProvider, fault_server: FaultServer
) -> None:
    request = request_for("no-reasoning-effort", reasoning_effort="low")
    first = await consume(provider, request)
    second = await consume(provider, request)
    asked = ["reasoning_effort" in sent["body"] for sent in fault_server.requests()]
    assert asked == [True, False, False]
    assert isinstance(first.deltas[0], Resent)
    assert first.notes == second.notes == ["groq was not sent: reasoning_effort"]


@pytest.mark.parametrize(
    ("model", "wait_ms"), [("s429", None), ("s429left", 7660), ("s429ra1", 1000)]
)
async def test_a_refusal_without_a_wait_is_told_one_by_the_limits(
    model: str, wait_ms: int | None, provider: GroqProvider
) -> None:
    seen = await consume(provider, request_for(model))
    assert seen.error is not None
    failure = seen.error.failure
    assert (failure.kind, failure.retry_after_ms) == ("rate_limited", wait_ms)

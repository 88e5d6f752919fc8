"""A chat request in Gemini's terms, as it goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.deltas import ProviderError, Resent
from antiphon.providers.gemini.adapter import GeminiProvider
from antiphon.providers.gemini.request import build_request
from support.providers.stream_reading import Seen, consume, request_for

if TYPE_CHECKING:
    from support.faults.client import FaultServer

TURNS = [
    ChatTurn("system", "be brief"),
    ChatTurn("user", "hi"),
    ChatTurn("assistant", "yes?"),
    ChatTurn("system", "and kind"),
    ChatTurn("user", "go on"),
]


async def sent(
    provider: GeminiProvider, server: FaultServer, model: str = "ok", **params: Any
) -> tuple[dict[str, Any], Seen]:
    """The body of the last request for an answer, and the answer."""
    seen = await consume(provider, ChatRequest(model, TURNS, params))
    return server.requests()[-1]["body"], seen


async def test_turns_and_parameters_are_spelled_as_google_spells_them(
    provider: GeminiProvider, fault_server: FaultServer
) -> None:
    body, seen = await sent(
        provider,
        fault_server,
        temperature=0.5,
        max_tokens=7,
        topP=0.9,
        top_k=4,
        seed=3,
        stop="x",
        presence_penalty=0.1,
        magic=1,
        user=None,
    )
    assert fault_server.requests()[0]["path"] == "/v1beta/models/ok:streamGenerateContent?alt=sse"
    said = [(turn["role"], turn["parts"][0]["text"]) for turn in body["contents"]]
    assert said == [("user", "hi"), ("model", "yes?"), ("user", "go on")]
    system = [part["text"] for part in body["systemInstruction"]["parts"]]
    assert system == ["be brief", "and kind"]
    assert body["generationConfig"] == {
        "temperature": 0.5,
        "maxOutputTokens": 7,
        "topP": 0.9,
        "topK": 4,
        "seed": 3,
        "stopSequences": ["x"],
        "presencePenalty": 0.1,
    }
    assert seen.notes == ["gemini was not sent: magic"]


@pytest.mark.parametrize(
    ("model", "params", "thinking", "notes"),
    [
        ("gemini-2.5-flash", {}, {"includethoughts": True}, []),
        (
            "models/gemini-2.5-pro",
            {"reasoning_effort": "low"},
            {"includethoughts": True, "thinkingbudget": 1024},
            [],
        ),
        *(
            (
                "gemini-2.5-flash",
                {"reasoning_effort": effort},
                {"includethoughts": True, "thinkingbudget": budget},
                [],
            )
            for effort, budget in [
                ("none", 0),
                ("minimal", 1024),
                ("medium", 8192),
                ("high", 24576),
            ]
        ),
        (
            "gemini-3-pro-preview",
            {"reasoningEffort": "high"},
            {"includethoughts": True, "thinkinglevel": "HIGH"},
            [],
        ),
        (
            "gemini-flash-latest",
            {"thinking_budget": 77},
            {"includethoughts": True, "thinkingbudget": 77},
            [],
        ),
        (
            "gemini-2.5-flash",
            {"thinking_budget": 77, "reasoning_effort": "low"},
            {"includethoughts": True, "thinkingbudget": 77},
            ["gemini was not sent: reasoning_effort"],
        ),
        (
            "gemini-2.5-flash",
            {"reasoning_effort": "hard"},
            {"includethoughts": True},
            ["gemini was not sent: reasoning_effort"],
        ),
        (
            "gemini-2.0-flash",
            {"reasoning_effort": "low"},
            None,
            ["gemini was not sent: reasoning_effort"],
        ),
        ("gemini-2.5-flash-image", {}, None, []),
        ("gemma-3-27b-it", {}, None, []),
    ],
)
async def test_thinking_is_asked_for_where_the_model_thinks(
    model: str,
    params: dict[str, Any],
    thinking: dict[str, Any] | None,
    notes: list[str],
    *,
    fault_server: FaultServer,
) -> None:
    provider = GeminiProvider("gemini", f"{fault_server.origin}/faults/ok/")
    seen = await consume(provider, request_for(model, **params))
    await provider.aclose()
    config = fault_server.requests()[0]["body"].get("generationConfig", {}).get("thinkingConfig")
    # The SDK spells these with underscores, as Google's parser allows.
    flat = config and {name.replace("_", "").lower(): value for name, value in config.items()}
    assert flat == thinking
    assert seen.notes == notes


async def test_a_model_without_a_system_prompt_is_told_it_in_the_conversation(
    provider: GeminiProvider, fault_server: FaultServer
) -> None:
    for requests in (2, 3):
        body, seen = await sent(provider, fault_server, "gemma-no-system")
        assert len(fault_server.requests()) == requests
        assert "systemInstruction" not in body
        assert body["contents"][0]["parts"][0]["text"] == "be brief\n\nand kind"
        assert seen.finished is not None
        assert seen.notes == [
            "the model accepts no system prompt, so it was sent before the first prompt"
        ]


async def test_a_model_that_does_not_think_is_not_asked_to_again(
    provider: GeminiProvider, fault_server: FaultServer
) -> None:
    request = request_for("gemini-2.5-flash-no-thinking", reasoning_effort="low")
    first = await consume(provider, request)
    second = await consume(provider, request)
    assert len(fault_server.requests()) == 3
    assert isinstance(first.deltas[0], Resent)
    assert first.notes == second.notes == ["gemini was not sent: reasoning_effort"]


async def test_a_model_without_penalties_is_sent_none(
    provider: GeminiProvider, fault_server: FaultServer
) -> None:
    _, seen = await sent(provider, fault_server, "gemini-no-penalty", presence_penalty=0.5)
    assert len(fault_server.requests()) == 2
    assert seen.notes == ["gemini was not sent: presence_penalty"]


@pytest.mark.parametrize("params", [{"temperature": "hot"}, {"stop": 7}, {"max_tokens": "many"}])
async def test_a_wrong_value_is_named_before_anything_is_sent(
    params: dict[str, Any], provider: GeminiProvider, fault_server: FaultServer
) -> None:
    seen = await consume(provider, request_for("ok", "the prompt", **params))
    assert seen.error is not None
    assert seen.error.failure.kind == "bad_request"
    assert "a wrong value of" in seen.error.failure.message
    assert fault_server.requests() == []


@pytest.mark.parametrize("model", ["../../etc", "a?b", "a&key=b"])
async def test_a_models_name_cannot_lead_elsewhere(
    model: str, provider: GeminiProvider, fault_server: FaultServer
) -> None:
    seen = await consume(provider, request_for(model))
    assert seen.error is not None
    assert seen.error.failure.kind == "bad_request"
    assert fault_server.requests() == []


def test_text_that_is_not_unicode_is_refused_before_anything_is_sent() -> None:
    request = ChatRequest("ok", [ChatTurn("user", "hi"), ChatTurn("user", "\ud83d")], {})
    with pytest.raises(ProviderError, match="text that is not valid Unicode") as caught:
        build_request(request, frozenset())
    assert (caught.value.failure.kind, caught.value.wait_hint) == ("bad_request", "never")

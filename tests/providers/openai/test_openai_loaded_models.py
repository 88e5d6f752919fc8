"""What servers of a machine answer when they are asked for the models in their memory."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from antiphon.engine.ports.deltas import ProviderError
from antiphon.providers.openai.adapter import OpenAICompatible
from antiphon.providers.openai.loaded_models import parse_loaded_models

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OLLAMA = {
    "models": [
        {"name": "llama3.2:latest", "model": "llama3.2:latest", "size": 3, "expires_at": "2026"},
        {"name": "qwen3:8b", "model": "qwen3:8b"},
    ]
}
LM_STUDIO = {
    "object": "list",
    "data": [
        {"id": "qwen3-8b", "type": "llm", "state": "loaded"},
        {"id": "gemma-3", "type": "vlm", "state": "not-loaded"},
    ],
}
LLAMA_CPP = {"object": "list", "data": [{"id": "gemma.gguf", "object": "model"}]}


@asynccontextmanager
async def server(path: str, answer: web.Response | dict[str, Any]) -> AsyncIterator[str]:
    """A server on loopback that answers at that path alone; its address."""

    async def reply(_: web.Request) -> web.Response:
        return answer if isinstance(answer, web.Response) else web.json_response(answer)

    app = web.Application()
    app.router.add_get(path, reply)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("name", "path", "answer", "loaded"),
    [
        ("ollama", "/api/ps", OLLAMA, {"llama3.2", "llama3.2:latest", "qwen3:8b"}),
        ("ollama", "/api/ps", {"models": []}, set()),
        ("lm-studio", "/api/v0/models", LM_STUDIO, {"qwen3-8b"}),
        ("llama-server", "/v1/models", LLAMA_CPP, {"gemma.gguf"}),
        ("ollama", "/elsewhere", OLLAMA, None),
        ("ollama", "/api/ps", web.Response(text="<html>"), None),
        ("vllm", "/v1/models", LLAMA_CPP, None),
    ],
)
async def test_each_server_is_asked_in_its_own_way(name, path, answer, loaded):
    async with server(path, answer) as base_url:
        provider = OpenAICompatible(name, base_url)
        assert await provider.loaded_models() == loaded
        await provider.aclose()


async def test_a_server_that_is_not_there_is_a_failure_for_who_asks():
    with pytest.raises(ProviderError):
        await OpenAICompatible("ollama", "http://127.0.0.1:9/v1").loaded_models()


async def test_nothing_far_away_is_asked():
    assert await OpenAICompatible("ollama", "https://ollama.example.com/v1").loaded_models() is None


@pytest.mark.parametrize("value", [None, [], {}, {"models": 3}, {"models": ["x", 1, {}]}])
def test_an_odd_answer_names_nothing(value):
    assert not parse_loaded_models("ollama", value)


def test_a_llama_cpp_router_does_not_say_which_model_is_loaded():
    assert parse_loaded_models("llama.cpp", {"data": [{"id": "a"}, {"id": "b"}]}) is None

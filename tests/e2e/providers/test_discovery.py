"""Model servers of this machine become providers, when somebody looks for models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from antiphon.model.commands.runs import BroadcastParams
from antiphon_client import CommandFailed
from antiphon_client.server_requests import ServerRequests
from support.providers.model_servers import OLLAMA, ModelServer, answer

if TYPE_CHECKING:
    from support.e2e.installation import Installation

NOWHERE = {"ollama": 0, "llama-cpp": 0, "vllm": 0, "lm-studio": 0}
KEYS = dict.fromkeys(("OPENAI_API_KEY", "OLLAMA_API_KEY"), "sk-canary-0123456789")
PATIENT_MS = 10_000


def discovery(**ports: int) -> dict[str, Any]:
    return {"localServers": True, "ports": {**NOWHERE, **ports}, "timeoutMs": PATIENT_MS}


async def test_a_server_is_found_with_its_models_when_models_are_listed(
    installation: Installation,
) -> None:
    with ModelServer(OLLAMA) as ollama:
        sections = discovery(ollama=ollama.port)
        async with installation.client(discovery=sections, environ=KEYS) as client:
            before = {status.name for status in (await client.health()).providers}
            assert "ollama" not in before
            assert ollama.requests == []
            models = {model.id: model for model in (await client.models()).models}
            assert models["ollama/gemma3:1b"].available
            status = {each.name: each for each in (await client.health()).providers}["ollama"]
            assert (status.available, status.found) == (True, True)
    assert not [request for request in ollama.requests if b"canary" in request]


async def test_a_model_of_a_server_that_was_not_looked_for_yet_is_looked_for(
    installation: Installation,
) -> None:
    ask = BroadcastParams(prompt="p", models=["ollama/gemma3:1b"])
    with ModelServer(OLLAMA) as ollama:
        async with installation.client(discovery=discovery(ollama=ollama.port)) as client:
            assert len((await client.estimate(ask)).panes) == 1
    async with installation.client(discovery=discovery()) as client:
        with pytest.raises(CommandFailed) as caught:
            await client.broadcast(ask).result()
    assert caught.value.failure.kind == "model_not_found"


async def test_something_else_at_the_port_is_no_provider(installation: Installation) -> None:
    with ModelServer(answer({"status": "up"})) as other:
        async with installation.client(discovery=discovery(ollama=other.port)) as client:
            await client.models()
            assert "ollama" not in {each.name for each in (await client.health()).providers}


async def test_the_persons_own_row_for_the_same_server_is_the_only_one(
    installation: Installation,
) -> None:
    with ModelServer(OLLAMA) as ollama:
        mine = {"type": "openai", "baseUrl": f"http://localhost:{ollama.port}/v1"}
        async with installation.client(
            discovery=discovery(ollama=ollama.port), providers={"mine": mine}
        ) as client:
            ids = [model.id for model in (await client.models()).models]
    assert "mine/gemma3:1b" in ids
    assert "ollama/gemma3:1b" not in ids


async def test_a_workspace_sends_no_probe_anywhere(installation: Installation) -> None:
    with ModelServer(OLLAMA) as lure:
        section = {"discovery": discovery(ollama=lure.port), "models": {"default": ["demo/poet"]}}
        requests = ServerRequests({"antiphon": section})
        async with installation.client(requests=requests) as client:
            for _ in range(100):
                if (await client.models(refresh=True)).default == ["demo/poet"]:
                    break
            else:
                pytest.fail("the workspace's settings were never taken")
            problems = " ".join((await client.health()).problems or [])
            assert "discovery.ports" in problems
        assert lure.requests == []

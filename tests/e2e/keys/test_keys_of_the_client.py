"""Keys that the editor keeps: asked for when they are needed, never shown again."""

from __future__ import annotations

from antiphon.model.commands.runs import BroadcastParams
from antiphon_client.server_requests import ServerRequests
from support.canaries.canary import canary, traces

KEYS = {"experimental": {"antiphon": {"keys": True}}}
CANARY = canary("editor")


def provider(fault_server, **more):
    row = {"type": "openai", "baseUrl": fault_server.base_url, "apiKeyEnv": "NOT_SET_ANYWHERE"}
    return {"kept": {**row, **more}}


async def test_a_key_is_asked_for_with_its_origin_used_and_hidden(installation, fault_server):
    asked: list[str] = []

    def keys(name: str) -> str | None:
        asked.append(name)
        return CANARY if name == "kept" else None

    async with installation.client(
        capabilities=KEYS,
        requests=ServerRequests(keys=keys),
        providers=provider(fault_server, models=["ok"]),
    ) as client:
        assert asked == []
        run = client.broadcast(BroadcastParams(prompt="tag:kept hello", models=["kept/ok"]))
        result = await run.result()
        assert result.status == "complete"
        assert "kept" in asked
        models = {model.id: model for model in (await client.models()).models}
        assert models["kept/ok"].available
        run = client.broadcast(BroadcastParams(prompt="hello", models=["kept/echo-key"]))
        [echoed] = (await run.result()).results
        assert "[key]" in echoed.failure.message
        said = f"{result.to_wire()} {echoed.to_wire()} {(await client.health()).to_wire()}"
    assert traces(said.encode()) == []


async def test_a_client_that_keeps_no_keys_is_never_asked(installation, fault_server):
    asked: list[str] = []
    async with installation.client(
        requests=ServerRequests(keys=asked.append),
        providers=provider(fault_server),
    ) as client:
        run = client.broadcast(BroadcastParams(prompt="hello", models=["kept/ok"]))
        result = await run.result()
    assert asked == []
    assert result.results[0].failure is not None
    assert result.results[0].failure.message == "NOT_SET_ANYWHERE is not set."


async def test_a_key_that_cannot_stand_in_a_header_is_said_and_never_sent(
    installation, fault_server
):
    async with installation.client(
        capabilities=KEYS,
        requests=ServerRequests(keys=lambda _: f"{CANARY}\nX-Evil: 1"),
        providers=provider(fault_server),
    ) as client:
        run = client.broadcast(BroadcastParams(prompt="tag:evil hello", models=["kept/ok"]))
        failure = (await run.result()).results[0].failure
    assert failure is not None
    assert (failure.kind, "line break" in failure.message) == ("authentication", True)
    assert traces(failure.message.encode()) == []
    assert fault_server.requests(tag="evil") == []

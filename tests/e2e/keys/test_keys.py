"""Keys that a person gives to a running server, or keeps in the keyring."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from antiphon.model.commands.keys import KeysSetParams
from antiphon.model.commands.runs import BroadcastParams
from antiphon_client import CommandFailed
from support import SUPPORT
from support.canaries.canary import canary, traces

if TYPE_CHECKING:
    from antiphon_client import AntiphonClient
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

CANARY = canary("keys")
BACKENDS = SUPPORT / "keyring"


def keyed(fault_server: FaultServer) -> dict[str, object]:
    row = {"type": "openai", "baseUrl": fault_server.base_url, "apiKeyEnv": "NOT_SET_ANYWHERE"}
    return {"keyed": {**row, "models": ["ok", "s401"]}}


def with_keyring(installation: Installation) -> dict[str, str]:
    """The environment of a machine that has a keyring."""
    return {
        "PYTHONPATH": str(BACKENDS),
        "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
        "FILE_KEYRING": str(installation.folder / "keyring.json"),
    }


async def ask(client: AntiphonClient, model: str, prompt: str = "p"):
    run = client.broadcast(BroadcastParams(prompt=prompt, models=[model]))
    return (await run.result()).results[0]


async def test_a_key_that_is_set_is_used_at_once_and_until_it_is_deleted(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client(providers=keyed(fault_server)) as client:
        assert (await ask(client, "keyed/ok")).failure.kind == "authentication"
        result = await client.set_key(KeysSetParams(provider="keyed", key=CANARY))
        assert (result.persisted, result.provider.source) == ("memory", "client")
        assert {"type": "models", "id": "keyed"} in client.changes
        assert (await ask(client, "keyed/ok")).status == "complete"
        models = {model.id: model for model in (await client.models()).models}
        assert models["keyed/ok"].available
        assert (await client.delete_key("keyed")).deleted == ["memory"]
        assert (await ask(client, "keyed/ok")).failure.message == "NOT_SET_ANYWHERE is not set."
    [request] = fault_server.requests("ok")
    assert request["headers"]["authorization"] == f"Bearer {CANARY}"


async def test_a_new_key_lifts_what_is_held_against_the_old_one(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client(providers=keyed(fault_server)) as client:
        await client.set_key(KeysSetParams(provider="keyed", key="sk-old"))
        for _ in range(2):
            assert (await ask(client, "keyed/s401")).failure.kind == "authentication"
        assert len(fault_server.requests("s401")) == 1
        await client.set_key(KeysSetParams(provider="keyed", key=CANARY))
        await ask(client, "keyed/s401")
    asked = [each["headers"]["authorization"] for each in fault_server.requests("s401")]
    assert asked == ["Bearer sk-old", f"Bearer {CANARY}"]


async def test_a_key_in_the_keyring_is_found_by_the_next_server_at_its_own_address_only(
    installation: Installation, fault_server: FaultServer
) -> None:
    environ = with_keyring(installation)
    async with installation.client(environ=environ, providers=keyed(fault_server)) as client:
        params = KeysSetParams(provider="keyed", key=CANARY, persist="keyring")
        assert (await client.set_key(params)).persisted == "keyring"
    async with installation.client(environ=environ, providers=keyed(fault_server)) as client:
        [status] = [each for each in (await client.keys()).providers if each.name == "keyed"]
        assert (status.source, status.place) == ("keyring", fault_server.origin)
        assert (await ask(client, "keyed/ok", "tag:there")).status == "complete"
        echoed = await ask(client, "keyed/echo-key")
        assert "[key]" in echoed.failure.message
        assert traces(str(echoed.to_wire()).encode()) == []
    elsewhere = keyed(fault_server)
    elsewhere["keyed"]["baseUrl"] = fault_server.base_url.replace("127.0.0.1", "localhost")
    async with installation.client(environ=environ, providers=elsewhere) as client:
        assert (await ask(client, "keyed/ok", "tag:elsewhere")).failure.kind == "authentication"
    async with installation.client(environ=environ, providers=keyed(fault_server)) as client:
        assert (await client.delete_key("keyed")).deleted == ["keyring"]
    assert len(fault_server.requests(tag="there")) == 1
    assert fault_server.requests(tag="elsewhere") == []
    assert json.loads((installation.folder / "keyring.json").read_text()) == {}


async def test_a_vendor_whose_key_is_in_the_keyring_is_a_provider(
    installation: Installation,
) -> None:
    environ = with_keyring(installation)
    async with installation.client(environ=environ) as client:
        names = {status.name for status in (await client.health()).providers}
        assert "mistral" not in names
        params = KeysSetParams(provider="mistral", key=CANARY, persist="keyring")
        await client.set_key(params)
        assert "mistral" in {status.name for status in (await client.health()).providers}
    async with installation.client(environ=environ) as client:
        # A model of a provider that is not configured is refused, so it has been found.
        estimate = await client.estimate(BroadcastParams(prompt="p", models=["mistral/m"]))
        assert [each.model for each in estimate.panes] == ["mistral/m"]


async def test_without_a_keyring_the_error_says_what_instead(
    installation: Installation, fault_server: FaultServer
) -> None:
    async with installation.client(providers=keyed(fault_server)) as client:
        params = KeysSetParams(provider="keyed", key=CANARY, persist="keyring")
        with pytest.raises(CommandFailed) as caught:
            await client.set_key(params)
        assert caught.value.failure.kind == "unsupported"
        assert "export NOT_SET_ANYWHERE" in caught.value.failure.hint
        assert not (await client.keys()).keyring.available
        assert (await ask(client, "keyed/ok")).failure.kind == "authentication"


async def test_a_key_in_the_environment_turns_its_vendor_on(installation: Installation) -> None:
    async with installation.client(environ={"DEEPSEEK_API_KEY": CANARY}) as client:
        statuses = {status.name: status for status in (await client.health()).providers}
        assert statuses["deepseek"].available
        assert statuses["groq"].available is False
        assert "mistral" not in statuses


def test_a_key_is_in_no_message_log_or_file_but_the_keyrings(
    installation: Installation, fault_server: FaultServer
) -> None:
    sections = {"providers": keyed(fault_server), "log": {"level": "debug"}}
    environ = with_keyring(installation)
    with installation.raw_client(environ=environ, **sections) as client:
        for provider, key in (
            ("keyed", CANARY), ("keyed", CANARY + "\n"), (CANARY, "x"), ("demo", CANARY),
        ):  # fmt: skip
            for persist in ("memory", "keyring", CANARY):
                argument = {"provider": provider, "key": key, "persist": persist}
                client.run("antiphon.keys.set", argument)
        client.run("antiphon.keys.set", {"provider": "keyed", "key": [CANARY]})
        client.run("antiphon.keys.status", {})
        client.run("antiphon.broadcast", {"prompt": "p", "models": ["keyed/ok", "keyed/s401"]})
        client.run("antiphon.keys.delete", {"provider": CANARY})
        client.ask("shutdown")
        client.notify("exit", None)
        client.read_to_end()
        said = json.dumps(client.log)
    assert len(fault_server.requests("ok")) == 1
    assert traces(said.encode()) == []
    keeping = [
        path.name
        for path in installation.folder.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert keeping == ["keyring.json"]

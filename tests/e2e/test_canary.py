"""A key in every place where one can stand is found in no byte that the server writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from canary import forms_of_canary, traces, traces_in

if TYPE_CHECKING:
    from fault_client import FaultServer
    from installation import Installation
    from raw_client import RawClient

BACKENDS = Path(__file__).parents[1] / "live"
# One without any known prefix, so that only its value can betray it, and letters that need escapes.
KEYS = {
    place: f"{place}-Canary/9+Zq7x:{number}K3vW8pLm4T"
    for number, place in enumerate(
        ("settings", "header", "environment", "vendor", "client", "set", "keyring", "userinfo")
    )
}
MODELS = (
    "ok", "s401", "s403", "s429", "s500", "cut", "garbage-many", "sse-error-mid", "redirect",
    "echo-key", "html200",
)  # fmt: skip
PROMPT = "words-of-the-prompt tag:words-of-the-answer"


def rows(fault_server: FaultServer) -> dict[str, Any]:
    url = fault_server.base_url
    row = {"type": "openai", "baseUrl": url, "models": ["ok"], "maxConcurrency": 16}
    keyed = {name: {**row, "apiKeyEnv": f"{name.upper()}_NAMED"} for name in ("environment", "set")}
    return {
        "settings": {**row, "apiKey": KEYS["settings"], "headers": {"X-Tenant": KEYS["header"]}},
        **keyed,
        "client": {**row, "apiKeyEnv": "CLIENT_NAMED"},
        "keyring": {**row, "apiKeyEnv": "KEYRING_NAMED"},
        "userinfo": {**row, "baseUrl": url.replace("//", f"//ada:{KEYS['userinfo']}@")},
        "worker": {"type": "litellm", "baseUrl": url, "apiKey": KEYS["settings"]},
    }


def environ(installation: Installation) -> dict[str, str]:
    return {
        "PYTHONPATH": str(BACKENDS),
        "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
        "FILE_KEYRING": str(installation.folder / "keyring.json"),
        "ENVIRONMENT_NAMED": KEYS["environment"],
        "SOME_OTHER_API_KEY": KEYS["vendor"],
        "GROQ_LOG": "debug",
        "OPENAI_LOG": "debug",
        "ANTIPHON_LOG__LEVEL": "debug",
    }


def run_everything(client: RawClient) -> None:
    """Every command that touches a key, and every way in which a provider can fail."""
    client.run("antiphon.keys.set", {"provider": "set", "key": KEYS["set"]})
    keep = {"provider": "keyring", "key": KEYS["keyring"], "persist": "keyring"}
    client.run("antiphon.keys.set", keep)
    client.run("antiphon.keys.set", {"provider": "set", "key": KEYS["set"] + "\n"})
    client.run("antiphon.keys.set", {"provider": KEYS["set"], "key": [KEYS["set"]]})
    named = [f"{row}/{model}" for row in ("settings", "environment", "set") for model in MODELS]
    others = ["client/ok", "client/echo-key", "keyring/ok", "userinfo/ok"]
    argument = {"prompt": PROMPT, "models": [*named, *others], "streamToken": "s"}
    result = client.answer(client.command("antiphon.broadcast", argument), 60)["result"]
    session, pane = result["sessionId"], result["panes"][0]
    client.run("antiphon.models", {"refresh": True})
    for command in ("health", "config", "keys.status"):
        client.run(f"antiphon.{command}", {})
    client.run("antiphon.session.export", {"sessionId": session, "format": "markdown"})
    client.run("antiphon.open", {"uri": pane["uri"]})
    client.run("antiphon.broadcast", {"prompt": PROMPT, "models": [f"{KEYS['set']}/m"]})
    client.run("antiphon.broadcast", {"prompt": f"my key is {KEYS['set']}", "models": ["set/ok"]})
    client.notify("workspace/didChangeConfiguration", {"settings": {KEYS["settings"]: 1}})
    client.run("antiphon.health", {"surprise": KEYS["settings"]})


def leave(client: RawClient) -> None:
    client.ask("shutdown")
    client.notify("exit", None)
    client.read_to_end()
    assert client.process.wait(10) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "log", [{}, {"format": "json", "file": "server.log"}], ids=["kept", "file"]
)
def test_no_key_is_in_any_byte_that_the_server_writes(
    installation: Installation, fault_server: FaultServer, log: dict[str, str]
) -> None:
    if log:
        log = {**log, "file": str(installation.folder / "logs" / log["file"])}
    capabilities = {"experimental": {"antiphon": {"keys": True}}}
    with installation.raw_client(
        environ=environ(installation),
        capabilities=capabilities,
        providers=rows(fault_server),
        log={"level": "debug", **log},
        retry={"maxAttempts": 1},
        limits={"maxPanesPerRun": 100},
    ) as client:
        client.keeps_raw = True
        client.responses["antiphon/key"] = {"key": KEYS["client"]}
        run_everything(client)
        leave(client)
        wire = bytes(client.raw)
    sent = {each["headers"].get("authorization") for each in fault_server.requests()}
    for place in ("settings", "environment", "set", "client", "keyring"):
        assert f"Bearer {KEYS[place]}" in sent
    logs = b"".join(path.read_bytes() for path in installation.folder.rglob("*.log"))
    assert b"an answer ended" in logs
    for place, key in KEYS.items():
        forms = forms_of_canary(key)
        assert traces(wire, forms) == [], place
        assert traces_in(installation.folder, forms, allowed={"keyring.json"}) == [], place
    for words in (b"words-of-the-prompt", b"words-of-the-answer"):
        assert words not in logs


@pytest.mark.slow
def test_no_key_is_written_by_the_worker_of_litellm(
    installation: Installation, fault_server: FaultServer
) -> None:
    key = KEYS["settings"]
    row = {"type": "litellm", "baseUrl": fault_server.base_url, "apiKey": key}
    with installation.raw_client(
        environ={"ANTIPHON_LOG__LEVEL": "debug", "LITELLM_LOG": "DEBUG"},
        providers={"worker": row},
        retry={"maxAttempts": 1},
    ) as client:
        client.keeps_raw = True
        models = [f"worker/openai/{model}" for model in ("ok", "s401", "echo-key", "cut")]
        argument = {"prompt": PROMPT, "models": models}
        result = client.answer(client.command("antiphon.broadcast", argument), 90)["result"]
        leave(client)
        wire = bytes(client.raw)
    assert len(result["results"]) == len(models)
    assert traces(wire, forms_of_canary(key)) == []
    assert traces_in(installation.folder, forms_of_canary(key)) == []


def test_the_search_would_notice(tmp_path: Path) -> None:
    key = KEYS["set"]
    for name, form in forms_of_canary(key).items():
        (tmp_path / name.replace(" ", "-")).write_bytes(b"\0before" + form + b"after")
    found = {name for _, name in traces_in(tmp_path, forms_of_canary(key))}
    assert found == set(forms_of_canary(key))
    assert json.dumps(key)[1:-1] == key

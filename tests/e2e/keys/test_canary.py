"""A key in every place where one can stand is found in no byte that the server writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from antiphon.settings.schema.vendors import VENDORS
from support import SUPPORT
from support.canaries.canary import canary, traces, traces_in
from support.canaries.leak_search import OF_PEOPLE
from support.e2e.echoing_vendor import FORMS, Echo, echoing_vendor
from support.e2e.transports import long_over_others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer

BACKENDS = SUPPORT / "keyring"
PLACES = ("settings", "header", "environment", "file", "client", "set", "keyring")
KEYS = {place: canary(place) for place in PLACES}
MODELS = (
    "ok", "s401", "s403", "s429", "s500", "cut", "garbage-many", "sse-error-mid", "redirect",
    "echo-key", "html200",
)  # fmt: skip
WAYS = {
    "openai": ("/v1", "", len(FORMS)),
    "groq": ("/v1", "", len(FORMS)),
    "gemini": ("", "", len(FORMS)),
    "litellm": ("/v1", "openai/", 2),
}
"""By its type, what stands behind the vendor's address and before a model, and how many forms."""
PROMPT = "words-of-the-prompt tag:words-of-the-answer"


def rows(fault_server: FaultServer) -> dict[str, Any]:
    url = fault_server.base_url
    row = {"type": "openai", "baseUrl": url, "models": ["ok"], "maxConcurrency": 16}
    named = ("environment", "set", "client", "keyring")
    secret = quote(canary("address"), safe="")
    return {
        "settings": {**row, "apiKey": KEYS["settings"], "headers": {"X-Tenant": KEYS["header"]}},
        **{name: {**row, "apiKeyEnv": f"{name.upper()}_NAMED"} for name in named},
        "userinfo": {**row, "baseUrl": url.replace("//", f"//ada:{secret}@")},
        "raw": {**row, "baseUrl": url.replace("//", f"//ada:{canary('raw')}@")},
        "query": {**row, "baseUrl": f"{url}?key={secret}"},
        "proxied": {**row, "baseUrl": "http://models.invalid/v1", "apiKey": canary("proxied")},
        "worker": {"type": "litellm", "baseUrl": url, "apiKey": KEYS["settings"]},
        # A vendor's own address is nowhere that a test may go.
        **{name: {"baseUrl": url} for name, each in VENDORS.items() if each.base_url},
    }


def environ(installation: Installation) -> dict[str, str]:
    secret = quote(canary("proxy"), safe="")
    return {
        "PYTHONPATH": str(BACKENDS),
        "PYTHON_KEYRING_BACKEND": "file_keyring.FileKeyring",
        "FILE_KEYRING": str(installation.folder / "keyring.json"),
        "ENVIRONMENT_NAMED": KEYS["environment"],
        "SOME_OTHER_API_KEY": canary("nobodys"),
        **{name: canary(name) for each in VENDORS.values() for name in each.variables},
        "HTTP_PROXY": f"http://ada:{secret}@127.0.0.1:9",
        "HTTPS_PROXY": f"http://ada:{secret}@127.0.0.1:9",
        "ALL_PROXY": f"http://{secret}@127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
        "GROQ_LOG": "debug",
        "OPENAI_LOG": "debug",
        "ANTIPHON_LOG__LEVEL": "debug",
    }


def write_files(installation: Installation, fault_server: FaultServer) -> None:
    row = f'type = "openai"\nbaseUrl = "{fault_server.base_url}"\napiKey = "{KEYS["file"]}"\n'
    installation.config.write_text(f"[providers.file]\n{row}")
    for name in (".env", ".env.example"):
        (installation.workspace / name).write_text(f"OPENAI_API_KEY={canary('dotenv')}\n")


def run_everything(client: RawClient) -> None:
    """Every command that touches a key, and every way in which a provider can fail."""
    key = KEYS["set"]
    client.run("antiphon.keys.set", {"provider": "set", "key": key})
    keep = {"provider": "keyring", "key": KEYS["keyring"], "persist": "keyring"}
    client.run("antiphon.keys.set", keep)
    client.run("antiphon.keys.set", {"provider": "set", "key": f"{key}\n"})
    client.run("antiphon.keys.set", {"provider": key, "key": [key]})
    named = [f"{row}/{model}" for row in ("settings", "environment", "set") for model in MODELS]
    others = ["client/ok", "client/echo-key", "keyring/ok", "file/ok", "file/echo-key"]
    others += ["userinfo/ok", "raw/ok", "query/ok", "proxied/ok", "groq/ok", "gemini/ok"]
    argument = {"prompt": PROMPT, "models": [*named, *others], "streamToken": "s"}
    result = client.answer(client.command("antiphon.broadcast", argument), 60)["result"]
    session, pane = result["sessionId"], result["panes"][0]
    client.run("antiphon.models", {"refresh": True})
    for command in ("health", "config", "keys.status", "meter", "history.status"):
        client.run(f"antiphon.{command}", {})
    for form in ("markdown", "json"):
        client.run("antiphon.session.export", {"sessionId": session, "format": form})
    client.run("antiphon.open", {"uri": pane["uri"]})
    client.run("antiphon.broadcast", {"prompt": PROMPT, "models": [f"{key}/m"]})
    client.run("antiphon.broadcast", {"prompt": f"my key is {key}", "models": ["set/ok"]})
    context = [{"uri": "file:///a/.env", "text": f"KEY={key}"}]
    asked = {"prompt": "p", "models": ["set/ok"], "context": context}
    client.run("antiphon.broadcast", asked)
    client.run("antiphon.estimate", asked)
    client.notify("workspace/didChangeConfiguration", {"settings": {KEYS["settings"]: 1}})
    client.run("antiphon.health", {"surprise": KEYS["settings"]})


def leave(client: RawClient) -> bytes:
    """Ends the server; every byte that it sent."""
    client.leave()
    return bytes(client.raw)


@pytest.mark.slow
@pytest.mark.parametrize(
    "log", [{}, {"format": "json", "file": "server.log"}], ids=["kept", "file"]
)
def test_no_key_is_in_any_byte_that_the_server_writes(
    installation: Installation, fault_server: FaultServer, log: dict[str, str]
) -> None:
    if log:
        log = {**log, "file": str(installation.folder / "logs" / log["file"])}
    write_files(installation, fault_server)
    with installation.raw_client(
        environ=environ(installation),
        capabilities={"experimental": {"antiphon": {"keys": True}}},
        providers=rows(fault_server),
        log={"level": "debug", **log},
        retry={"maxAttempts": 1},
        limits={"maxPanesPerRun": 100},
    ) as client:
        client.keeps_raw = True
        client.responses["antiphon/key"] = {"key": KEYS["client"]}
        run_everything(client)
        wire = leave(client)
    requests = fault_server.requests()
    sent = {each["headers"].get("authorization") for each in requests}
    for place in ("settings", "environment", "set", "client", "keyring", "file"):
        assert f"Bearer {KEYS[place]}" in sent
    for each in requests:
        headers = {**each["headers"], "authorization": "", "x-tenant": ""}
        assert traces(f"{each['port']} {each['path']} {headers} {each['body']}".encode()) == []
        assert each["port"] != "sink"
    logs = b"".join(path.read_bytes() for path in installation.folder.rglob("*.log"))
    assert b"an answer ended" in logs
    assert traces(wire) == []
    assert traces_in(installation.folder, OF_PEOPLE) == []
    for words in (b"words-of-the-prompt", b"words-of-the-answer"):
        assert words not in logs


@long_over_others("litellm's import is most of it, and none of it is the client's")
@pytest.mark.slow
def test_no_key_is_written_by_the_worker_of_litellm(
    installation: Installation, fault_server: FaultServer
) -> None:
    row = {"type": "litellm", "baseUrl": fault_server.base_url, "apiKey": KEYS["settings"]}
    with installation.raw_client(
        environ={"ANTIPHON_LOG__LEVEL": "debug", "LITELLM_LOG": "DEBUG"},
        providers={"worker": row},
        retry={"maxAttempts": 1},
    ) as client:
        client.keeps_raw = True
        models = [f"worker/openai/{model}" for model in ("ok", "s401", "echo-key", "cut")]
        argument = {"prompt": PROMPT, "models": models}
        result = client.answer(client.command("antiphon.broadcast", argument), 90)["result"]
        wire = leave(client)
    assert len(result["results"]) == len(models)
    assert traces(wire) == []
    assert traces_in(installation.folder) == []


@pytest.fixture
def vendor() -> Iterator[str]:
    yield from echoing_vendor()


def ask_what_comes_back(client: RawClient, models: list[str]) -> list[dict[str, Any]]:
    client.run("antiphon.models", {"refresh": True})
    argument = {"prompt": "p", "models": models, "streamToken": "s"}
    result = client.answer(client.command("antiphon.broadcast", argument), 60)["result"]
    for form in ("markdown", "json"):
        asked = {"sessionId": result["sessionId"], "format": form}
        client.run("antiphon.session.export", asked)
    client.run("antiphon.health", {})
    return result["results"]


@long_over_others("many seconds; what a vendor says is cleaned before any client's transport")
@pytest.mark.slow
@pytest.mark.parametrize("type_", WAYS)
def test_a_vendor_that_repeats_the_key_in_any_form_is_not_repeated(
    installation: Installation, vendor: str, type_: str
) -> None:
    path, prefix, forms = WAYS[type_]
    row = {"type": type_, "baseUrl": f"{vendor}{path}", "apiKey": canary("echoed")}
    echoes = [f"{place}.{form}" for place in Echo.PLACES for form in range(forms)]
    with installation.raw_client(
        providers={"vendor": {**row, "maxConcurrency": 64}},
        log={"level": "debug"},
        retry={"maxAttempts": 1},
        limits={"maxPanesPerRun": 1000},
    ) as client:
        client.keeps_raw = True
        results = ask_what_comes_back(client, [f"vendor/{prefix}{each}" for each in echoes])
        wire = leave(client)
    assert len(results) == len(echoes)
    assert traces(wire) == []
    assert traces_in(installation.folder) == []


def test_a_key_in_an_answer_is_the_conversations_and_in_no_log(
    installation: Installation, fault_server: FaultServer
) -> None:
    key = "said-Zq7x9/K3vW8pLm4T"  # not one that a watched run looks for
    with installation.raw_client(environ={"SAID_API_KEY": key}, log={"level": "debug"}) as client:
        client.keeps_raw = True
        asked = {"prompt": f"say {key}", "models": ["fault/echo-prompt"], "allowSecrets": True}
        client.run("antiphon.broadcast", asked)
        leave(client)
    files = [path for path in installation.folder.rglob("*") if path.is_file()]
    holding = {path.name for path in files if key.encode() in path.read_bytes()}
    assert installation.postgresql or "history.db" in holding
    assert {name for name in holding if not name.startswith("history.db")} == set()

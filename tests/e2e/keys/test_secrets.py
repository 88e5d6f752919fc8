"""A key reaches its provider and nothing else; prompts and answers are never logged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

KEY = "tenant-canary-0123456789abcdef"  # of no shape: only who knows it can hide it
PROMPT = "prompt-canary-42 tag:answer-canary"
MODELS = ["ok", "s401", "echo-key", "s500", "cut", "garbage-many", "sse-error-mid", "redirect"]


def test_a_key_is_found_nowhere_and_a_prompt_only_in_the_conversation(
    installation: Installation, fault_server: FaultServer
) -> None:
    row = {"type": "openai", "baseUrl": fault_server.base_url, "apiKey": KEY, "maxConcurrency": 8}
    bad = {"type": "openai", "baseUrl": f"{fault_server.origin}/nowhere?key={KEY}", "apiKey": KEY}
    settings = {
        "providers": {"keyed": row, "bad": bad},
        "log": {"level": "debug"},
        "retry": {"maxAttempts": 1},
    }
    with installation.raw_client(**settings) as client:
        models = [*(f"keyed/{model}" for model in MODELS), "bad/ok"]
        ask = {"prompt": PROMPT, "models": models, "streamToken": "s"}
        result = client.run("antiphon.broadcast", ask)["result"]
        client.run("antiphon.models", {"refresh": True})
        client.run("antiphon.health", {})
        client.run("antiphon.broadcast", {"prompt": PROMPT, "models": [KEY + "/x"]})
        client.leave()
        said = json.dumps(client.log, ensure_ascii=False)
    assert [each["status"] for each in result["results"]].count("complete") == 1
    asked = {each["headers"]["authorization"] for each in fault_server.requests("ok")}
    assert asked == {f"Bearer {KEY}"}
    # The key that the person typed in place of a model comes back to nobody but that person.
    assert KEY not in said.replace(f"{KEY}/x", "")
    logged = installation.stderr.read_text()
    files = [path for path in installation.folder.rglob("*") if path.is_file()]
    assert installation.postgresql or installation.database in files
    for path in files:
        assert KEY.encode() not in path.read_bytes()
    for words in ("prompt-canary", "answer-canary", KEY):
        assert words not in logged

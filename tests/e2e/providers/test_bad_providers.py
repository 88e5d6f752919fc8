"""A provider that is set up wrongly fails in its own pane, which says what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from antiphon.model.commands.runs import BroadcastParams

if TYPE_CHECKING:
    from antiphon.model.failure import Failure
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

KEY = "sk-canary-0123456789"


def rows(fault_server: FaultServer) -> dict[str, dict[str, Any]]:
    """Rows that cannot be used, all but the last, by name."""
    there = {"type": "openai", "baseUrl": fault_server.base_url}
    with_name = fault_server.base_url.replace("://", f"://user:{KEY}@")
    return {
        "credentials": {**there, "baseUrl": with_name},
        "scheme": {**there, "baseUrl": "ftp://127.0.0.1/v1"},
        "nowhere": {"type": "openai"},
        "blank": {**there, "apiKey": f"{KEY} x"},
        "newline": {**there, "apiKeyEnv": "KEY_WITH_NEWLINE"},
        "unset": {**there, "apiKeyEnv": "KEY_OF_NOBODY"},
        "good": there,
    }


SAID = {
    "credentials/ok": ("unsupported", "antiphon.providers.credentials.baseUrl"),
    "scheme/ok": ("unsupported", "antiphon.providers.scheme.baseUrl"),
    "nowhere/ok": ("unsupported", "antiphon.providers.nowhere.baseUrl is not set"),
    "blank/ok": ("authentication", "apiKey has a space in it"),
    "newline/ok": ("authentication", "KEY_WITH_NEWLINE has a line break in it"),
    "unset/ok": ("authentication", "KEY_OF_NOBODY is not set"),
    "openai/gpt-5": ("authentication", "OPENAI_API_KEY is not set"),
    "good/html200": ("malformed_stream", "answered with text/html instead of a stream"),
}
"""What the pane of each model says, and the words of it that name what to change."""


async def test_each_fails_in_its_own_pane_and_says_what_to_change(
    installation: Installation, fault_server: FaultServer
) -> None:
    environ = {"KEY_WITH_NEWLINE": f"{KEY}\nX-Evil: 1"}
    providers = rows(fault_server)
    async with installation.client(environ=environ, providers=providers) as client:
        models = [*SAID, "good/ok"]
        result = await client.broadcast(BroadcastParams(prompt="p", models=models)).result()
        problems = " ".join((await client.health()).problems or [])
    assert result.status == "partial"
    *failed, good = result.results
    assert good.status == "complete"
    found = {pane.model: each.failure for pane, each in zip(result.panes, failed, strict=False)}
    assert {model: told(found[model], words) for model, (_, words) in SAID.items()} == SAID
    assert all(failure.hint for failure in found.values())
    assert "must not hold a name or password" in problems
    assert "must be an address such as https://" in problems
    assert KEY not in f"{result.to_wire()} {problems}"
    assert {each["model"] for each in fault_server.requests()} == {"ok", "html200"}


def told(failure: Failure, words: str) -> tuple[str, str]:
    """The failure's kind and the words of its message that were looked for, else all of it."""
    return failure.kind, words if words in failure.message else failure.message


async def test_a_row_of_an_unknown_type_is_left_out_and_named_with_the_types_that_there_are(
    installation: Installation,
) -> None:
    async with installation.client(providers={"odd": {"type": "anthropic"}}) as client:
        health = await client.health()
        result = await client.broadcast(BroadcastParams(prompt="p", models=["demo/terse"])).result()
    assert "odd" not in {status.name for status in health.providers}
    [problem] = health.problems or []
    assert problem.startswith("antiphon.providers.odd.type: must be")
    assert "'litellm'" in problem
    assert "this provider is left out" in problem
    assert result.status == "complete"

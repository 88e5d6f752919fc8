"""A key in a prompt leaves only when the person says so, in editors and without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.e2e.raw_client import RawClient
    from support.faults.client import FaultServer

KEY = "gsk_Zx81kQp0LmN7vTr3WsYd5GbH2"
ASKS = {"window": {"showMessage": {}}}
CONTEXT = {"uri": "file:///a/.env", "text": f"A=1\nB={KEY}"}
ARGUMENT = {"models": ["fault/ok", "fault/other"], "context": [CONTEXT]}


def broadcast(client: RawClient, **more: Any) -> dict[str, Any]:
    return client.run("antiphon.broadcast", {"prompt": "hi tag:guard", **ARGUMENT, **more})


@pytest.mark.parametrize("answer", [None, {"title": "Do not send"}])
def test_an_editor_asks_and_a_no_sends_nothing(
    answer: Any, installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client(capabilities=ASKS) as client:
        client.responses["window/showMessageRequest"] = answer
        error = broadcast(client)["error"]
        [question] = client.asked("window/showMessageRequest")
    assert error["data"]["kind"] == "secrets"
    assert "context .env line 2 looks like a Groq key" in error["message"]
    assert "Context .env line 2 looks like a Groq key." in question["message"]
    assert [each["title"] for each in question["actions"]] == ["Send", "Do not send"]
    assert KEY not in str(client.log)
    assert fault_server.requests(tag="guard") == []


def test_a_yes_sends_it(installation: Installation, fault_server: FaultServer) -> None:
    with installation.raw_client(capabilities=ASKS) as client:
        client.responses["window/showMessageRequest"] = {"title": "Send"}
        assert "result" in broadcast(client)
    assert len(fault_server.requests(tag="guard")) == 2


def test_a_client_that_cannot_ask_is_told_what_to_say(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as client:
        error = broadcast(client)["error"]
        assert "allowSecrets" in error["data"]["hint"]
        assert fault_server.requests(tag="guard") == []
        estimate = client.run("antiphon.estimate", {"prompt": "hi", **ARGUMENT})["result"]
        assert estimate["warnings"] == ["context .env line 2 looks like a Groq key"]
        assert "result" in broadcast(client, allowSecrets=True)
    assert len(fault_server.requests(tag="guard")) == 2


def test_block_is_the_last_word(installation: Installation, fault_server: FaultServer) -> None:
    limits = {"secretsInPrompts": "block"}
    with installation.raw_client(capabilities=ASKS, limits=limits) as client:
        error = broadcast(client, allowSecrets=True)["error"]
        assert client.asked("window/showMessageRequest") == []
    assert "limits.secretsInPrompts" in error["data"]["hint"]
    assert fault_server.requests(tag="guard") == []


def test_a_workspace_cannot_turn_it_off(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client() as client:
        settings = {"antiphon": {"limits": {"secretsInPrompts": "off"}}}
        client.notify("workspace/didChangeConfiguration", {"settings": settings})
        assert "error" in broadcast(client)
    assert fault_server.requests(tag="guard") == []


def test_a_question_that_nobody_answers_ends_with_the_command(
    installation: Installation, fault_server: FaultServer
) -> None:
    with installation.raw_client(capabilities=ASKS) as client:
        client.responses["window/showMessageRequest"] = client.SILENCE
        request = client.command("antiphon.broadcast", {"prompt": KEY, "models": ["fault/ok"]})
        client.until(lambda: client.asked("window/showMessageRequest"))
        client.notify("$/cancelRequest", {"id": request})
        assert client.answer(request)["error"]["code"] == -32800
    assert fault_server.requests("ok") == []

"""The fault server does what the tests that use it rely on."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from support import with_support

if TYPE_CHECKING:
    from support.faults.client import FaultServer


def ask(server: FaultServer, model: str, tag: str = "") -> tuple[int, str]:
    """One request on a connection of its own; the status and the text that came."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    body = {"model": model, "messages": [{"role": "user", "content": f"hi tag:{tag}"}]}
    connection.request("POST", "/v1/chat/completions", json.dumps(body))
    response = connection.getresponse()
    text = ""
    for line in response.read().decode().split("\n"):
        if line.startswith("data: {"):
            for choice in json.loads(line[6:])["choices"]:
                text += choice["delta"].get("content") or ""
    connection.close()
    return response.status, text


def test_a_fault_before_success_happens_once_for_each_tag(fault_server: FaultServer) -> None:
    for tag in ("a", "b"):
        assert [ask(fault_server, "s429-then-ok", tag)[0] for _ in range(3)] == [429, 200, 200]


def test_a_stream_waits_at_its_gate_until_it_is_released(fault_server: FaultServer) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = (pool.submit(ask, fault_server, "gate-2-4", tag) for tag in "ab")
        held = fault_server.wait_held(2)
        assert [request["tokens"] for request in held] == [2, 2]
        assert fault_server.release("a") == 1
        assert first.result(10)[1].count(" ") == 4
        assert not second.done()
        fault_server.release()
        assert second.result(10)[1].count(" ") == 4


def test_hundreds_of_streams_at_once_each_get_their_own_text(fault_server: FaultServer) -> None:
    with ThreadPoolExecutor(200) as pool:
        asked = {f"p{n}": pool.submit(ask, fault_server, "gate-1-20", f"p{n}") for n in range(200)}
        fault_server.wait_held(200)
        fault_server.release()
        texts = {tag: future.result(30)[1] for tag, future in asked.items()}
    sent = {request["tag"]: request["text"] for request in fault_server.requests()}
    assert texts == sent
    assert len(set(texts.values())) == 200


def test_a_client_that_leaves_is_journalled(fault_server: FaultServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", fault_server.port, timeout=10)
    connection.request("POST", "/v1/chat/completions", '{"model": "stall-mid"}')
    connection.getresponse()
    connection.close()
    [request] = fault_server.wait_closed()
    assert request["ended_by"] == "client"
    fault_server.wait_disconnected(request)


def test_a_mistake_of_one_request_does_not_end_the_server(fault_server: FaultServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", fault_server.port, timeout=10)
    connection.request("POST", "/v1/chat/completions", "no json")
    assert connection.getresponse().status == 400
    connection.close()
    assert ask(fault_server, "ok") == (200, "Hello wörld€😀")


def test_the_process_ends_with_whoever_started_it() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "support.faults.server"],
        env=with_support(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["plain"]
    process.communicate(timeout=10)
    assert process.returncode == 0

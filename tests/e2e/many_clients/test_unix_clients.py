"""`antiphon serve --unix`: many clients, and what some of them do to the others."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from antiphon import __version__
from support.e2e.shared_server import wait_for
from support.e2e.unix_server import UnixClient, UnixServer, connect

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

MIB = 1024 * 1024


def test_a_client_that_speaks_lsp_alone_is_served_and_others_stay_when_it_leaves(
    server: UnixServer,
) -> None:
    with connect(server) as stays:
        with connect(server) as leaves:
            assert leaves.run("antiphon.health", {})["result"]["version"] == __version__
            assert leaves.ask("shutdown")["result"] is None
            leaves.notify("exit", None)
            leaves.read_to_end()
        assert stays.run("antiphon.health", {})["result"]["version"] == __version__


def test_what_one_client_asks_the_other_can_read(server: UnixServer) -> None:
    with connect(server) as one, connect(server) as other:
        run = one.run("antiphon.broadcast", {"prompt": "hello", "models": ["fault/ok"]})
        assert "error" in run  # `fault` is in no setting of this client
        ask = {"prompt": "hello", "models": ["demo/terse"]}
        session_id = one.run("antiphon.broadcast", ask)["result"]["sessionId"]
        opened = other.run("antiphon.session.open", {"sessionId": session_id})["result"]
        assert [each["role"] for each in opened["messages"]] == ["user", "assistant"]


@pytest.mark.parametrize(
    "beginning",
    [b"", b"Content-", b"Content-Length: 50\r\n\r\n{", b"Content-Length: 2\r\n\r\n{}"],
    ids=["nothing", "half a header", "half a message", "no initialize"],
)
def test_a_client_that_does_not_come_to_initialize_is_closed(
    server: UnixServer, beginning: bytes
) -> None:
    with UnixClient(server) as silent, connect(server) as other:
        silent.socket.sendall(beginning)
        silent.read_to_end()
        assert not silent.read(10)
        assert other.run("antiphon.health", {})["result"]["version"] == __version__


def test_a_client_that_sends_a_byte_at_a_time_is_served(installation: Installation) -> None:
    with UnixServer(installation.environ, installation.workspace) as server:
        server.listening()
        with UnixClient(server) as slow:
            params = {"processId": None, "capabilities": {}}
            message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
            body = json.dumps(message).encode()
            for byte in b"Content-Length: %d\r\n\r\n%b" % (len(body), body):
                slow.socket.sendall(bytes([byte]))
            assert slow.answer(1)["result"]["serverInfo"]["version"] == __version__


def test_a_length_of_two_gigabytes_is_an_error_and_the_next_message_is_read(
    server: UnixServer,
) -> None:
    with connect(server) as client:
        client.socket.sendall(b"Content-Length: 2147483648\r\n\r\n{}")
        client.until(lambda: None in client.answers)
        assert client.answers[None]["error"]["code"] == -32700
        assert client.run("antiphon.health", {})["result"]["version"] == __version__


def test_a_client_that_never_reads_costs_the_others_nothing(
    installation: Installation, server: UnixServer, fault_server: FaultServer
) -> None:
    with UnixClient(server) as deaf, UnixClient(server) as other:
        for client in (deaf, other):
            client.initialize(initializationOptions=installation.options())
        ask = {"prompt": "tag:deaf", "models": ["fault/huge-answer"], "streamToken": "s"}
        deaf.command("antiphon.broadcast", ask)
        fault_server.wait_for(lambda found: any(r["status"] == 200 for r in found), "huge-answer")
        before = memory(server.process.pid)
        answered = other.run("antiphon.broadcast", {"prompt": "hello", "models": ["fault/ok"]})
        assert answered["result"]["status"] == "complete"
        assert memory(server.process.pid) - before < 64 * MIB
    with connect(server) as last:
        assert last.run("antiphon.health", {})["result"]["version"] == __version__


def test_two_hundred_clients_that_come_and_go_leave_nothing_behind(server: UnixServer) -> None:
    with connect(server) as stays:
        stays.run("antiphon.health", {})
        before = descriptors(server.process.pid)
        for number in range(200):
            with UnixClient(server) as client:
                if number % 4 == 0:
                    client.initialize()
                    client.run("antiphon.health", {})
                elif number % 4 == 1:
                    client.send(id=1, method="initialize", params={"capabilities": {}})
                elif number % 4 == 2:
                    client.socket.sendall(b"Content-Le")
        wait_for(lambda: descriptors(server.process.pid) <= before)
        assert len(status(server)["clients"]) == 1
        assert stays.run("antiphon.health", {})["result"]["version"] == __version__


def descriptors(pid: int) -> int:
    return len([*Path(f"/proc/{pid}/fd").iterdir()])


def memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def status(server: UnixServer) -> dict[str, Any]:
    """What the server tells `antiphon server status`."""
    with UnixClient(server) as asking:
        hello = {"protocol": 1, "version": __version__, "status": True}
        return asking.ask("antiphon/hello", hello)["result"]


def test_a_client_of_another_version_is_refused_with_what_to_do(server: UnixServer) -> None:
    with UnixClient(server) as old:
        refused = old.ask("antiphon/hello", {"protocol": 1, "version": "0.0.1", "environ": {}})
        assert "antiphon server stop" in refused["error"]["message"]
        old.read_to_end()


def test_what_runs_is_kept_as_interrupted_when_the_server_is_told_to_end(
    installation: Installation, server: UnixServer, fault_server: FaultServer
) -> None:
    with UnixClient(server) as client:
        client.initialize(initializationOptions=installation.options())
        ask = {"prompt": "tag:end", "models": ["fault/stall-mid"], "streamToken": "s"}
        client.command("antiphon.broadcast", ask)
        client.until(lambda: any(each["type"] == "token" for each in client.events("s")))
        shown = "".join(each.get("text", "") for each in client.events("s"))
        server.stop()
        assert server.process.returncode == 0
    kept = installation.query("SELECT status, content FROM messages WHERE role = 'assistant'")
    [(status, content)] = kept
    assert status == "interrupted"
    assert content.startswith(shown)
    assert [each["ended_by"] for each in fault_server.wait_closed()] == ["client"]


def test_a_server_without_clients_ends_by_itself(installation: Installation) -> None:
    with UnixServer(installation.environ, installation.workspace, "--idle-seconds=0.5") as server:
        server.listening()
        with UnixClient(server) as client:
            client.initialize()
            client.run("antiphon.health", {})
        server.end()
        assert server.process.returncode == 0
        assert not server.path.exists()

"""`antiphon serve --unix`: who may connect, where it may listen, and what clients may do to it."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from antiphon import __version__
from support.e2e.unix_server import UnixClient, UnixServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

NOBODY = 65534
MIB = 1024 * 1024
is_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be two users")


def start(installation: Installation, path: Path, *options: str) -> UnixServer:
    return UnixServer(installation.environ, installation.workspace, *options, path=path)


def refusal(installation: Installation, path: Path) -> str:
    """What a server says that cannot listen at `path`."""
    with start(installation, path) as server:
        said = server.end()
        assert server.process.returncode != 0
    return said


def connected(server: UnixServer) -> UnixClient:
    client = UnixClient(server)
    client.initialize()
    return client


def test_it_says_where_it_listens_and_only_its_user_can_reach_the_socket(
    installation: Installation, socket_folder: Path
) -> None:
    path = socket_folder / "made" / "s"
    with start(installation, path) as server:
        pid = server.process.pid
        address = {"listening": f"unix:{path}", "pid": pid, "version": __version__}
        assert server.listening() == address
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        server.stop()
        assert server.process.returncode == 0
    assert not path.exists()


def test_a_client_that_speaks_lsp_alone_is_served_and_others_stay_when_it_leaves(
    server: UnixServer,
) -> None:
    with connected(server) as stays:
        with connected(server) as leaves:
            assert leaves.run("antiphon.health", {})["result"]["version"] == __version__
            assert leaves.ask("shutdown")["result"] is None
            leaves.notify("exit", None)
            leaves.read_to_end()
        assert stays.run("antiphon.health", {})["result"]["version"] == __version__


def test_what_one_client_asks_the_other_can_read(server: UnixServer) -> None:
    with connected(server) as one, connected(server) as other:
        run = one.run("antiphon.broadcast", {"prompt": "hello", "models": ["fault/ok"]})
        assert "error" in run  # `fault` is in no setting of this client
        ask = {"prompt": "hello", "models": ["demo/terse"]}
        session_id = one.run("antiphon.broadcast", ask)["result"]["sessionId"]
        opened = other.run("antiphon.session.open", {"sessionId": session_id})["result"]
        assert [each["role"] for each in opened["messages"]] == ["user", "assistant"]


def test_a_socket_that_nobody_answers_at_is_replaced(
    installation: Installation, socket_folder: Path
) -> None:
    path = socket_folder / "s"
    with start(installation, path) as first:
        first.listening()
        first.kill()
    assert path.exists()
    with start(installation, path) as second:
        assert second.listening()["pid"] == second.process.pid
        connected(second).__exit__()


def test_a_server_that_answers_is_left_alone(
    server: UnixServer, installation: Installation
) -> None:
    assert "Another server answers" in refusal(installation, server.path)
    connected(server).__exit__()


def test_of_two_racing_starts_one_listens(installation: Installation, socket_folder: Path) -> None:
    path = socket_folder / "s"
    with ExitStack() as stack:
        racing = [stack.enter_context(start(installation, path)) for _ in range(3)]
        wait_for(lambda: sum(each.process.poll() is None for each in racing) == 1)
        [winner] = [each for each in racing if each.process.poll() is None]
        assert winner.listening()["pid"] == winner.process.pid
        assert {each.process.returncode for each in racing if each is not winner} == {3}
        connected(winner).__exit__()


@pytest.mark.parametrize("at", ["socket", "lock", "folder"])
def test_a_link_in_the_place_of_a_file_is_not_followed(
    installation: Installation, socket_folder: Path, at: str
) -> None:
    target = socket_folder / "target"
    path = socket_folder / "s"
    if at == "folder":
        target.mkdir(0o700)
        (socket_folder / "linked").symlink_to(target)
        path = socket_folder / "linked" / "s"
    else:
        link = path if at == "socket" else path.with_name("s.lock")
        link.symlink_to(target)
    assert "antiphon serve: " in refusal(installation, path)
    assert not target.exists() or not [*target.iterdir()]


def test_a_file_in_the_place_of_the_socket_is_kept(
    installation: Installation, socket_folder: Path
) -> None:
    path = socket_folder / "s"
    path.write_text("mine")
    assert "not a socket" in refusal(installation, path)
    assert path.read_text() == "mine"


def test_a_folder_that_others_can_reach_is_refused(
    installation: Installation, socket_folder: Path
) -> None:
    socket_folder.chmod(0o755)
    assert "chmod 700" in refusal(installation, socket_folder / "s")


@is_root
@pytest.mark.parametrize("at", ["folder", "socket", "lock"])
def test_what_belongs_to_another_user_is_refused(
    installation: Installation, socket_folder: Path, at: str
) -> None:
    path = socket_folder / "s"
    if at == "socket":
        with socket.socket(socket.AF_UNIX) as theirs:
            theirs.bind(str(path))
    if at == "lock":
        path.with_name("s.lock").touch()
    owned = {"folder": socket_folder, "socket": path, "lock": path.with_name("s.lock")}[at]
    os.chown(owned, NOBODY, NOBODY)
    assert "another user" in refusal(installation, path)


@is_root
def test_another_user_who_gets_at_the_socket_is_closed(server: UnixServer) -> None:
    server.path.parent.chmod(0o755)
    server.path.chmod(0o666)
    script = (
        f"import os, socket, sys; os.setuid({NOBODY});"
        "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
        "s.settimeout(10); print(s.recv(1))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", script, str(server.path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == "b''\n" or "ConnectionReset" in found.stderr


def test_a_path_that_is_too_long_is_named(installation: Installation, socket_folder: Path) -> None:
    assert "cannot be listened at" in refusal(installation, socket_folder / ("x" * 200))


@pytest.mark.parametrize(
    "beginning",
    [b"", b"Content-", b"Content-Length: 50\r\n\r\n{", b"Content-Length: 2\r\n\r\n{}"],
    ids=["nothing", "half a header", "half a message", "no initialize"],
)
def test_a_client_that_does_not_come_to_initialize_is_closed(
    server: UnixServer, beginning: bytes
) -> None:
    with UnixClient(server) as silent, connected(server) as other:
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
    with connected(server) as client:
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
    with connected(server) as last:
        assert last.run("antiphon.health", {})["result"]["version"] == __version__


def test_two_hundred_clients_that_come_and_go_leave_nothing_behind(server: UnixServer) -> None:
    with connected(server) as stays:
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


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


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

"""`antiphon serve --shared`: one server for a user's editors and terminals, found or started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon import __version__
from support.e2e.shared_server import SharedMachine, initialize, is_running, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.e2e.installation import Installation
    from support.faults.client import FaultServer

SECRET = "sk-of-the-first-editor-0123456789"


@pytest.fixture
def machine(installation: Installation, socket_folder: Path) -> Iterator[SharedMachine]:
    made = SharedMachine(installation, socket_folder)
    yield made
    made.stop()


def test_two_editors_and_a_terminal_share_one_server(machine: SharedMachine) -> None:
    with machine.editor() as one, machine.editor() as other:
        for client, name in ((one, "one"), (other, "other")):
            answer = initialize(client, clientInfo={"name": name, "version": "9"})
            assert answer["result"]["serverInfo"]["version"] == __version__
            assert client.run("antiphon.health", {})["result"]["version"] == __version__
        found = machine.status()
        assert [each["name"] for each in found["clients"]] == ["one", "other"]
        assert found["version"] == __version__
        assert found["memoryBytes"] > 0
        ask = {"prompt": "a shared prompt", "models": ["demo/terse"]}
        session_id = one.run("antiphon.broadcast", ask)["result"]["sessionId"]
        assert session_id in machine.antiphon("sessions").stdout
        assert machine.status()["pid"] == found["pid"]


def test_three_editors_that_start_at_once_start_one_server(machine: SharedMachine) -> None:
    with machine.editor() as one, machine.editor() as two, machine.editor() as three:
        editors = [one, two, three]
        for editor in editors:
            initialize(editor)
        for editor in editors:
            assert editor.run("antiphon.health", {})["result"]["version"] == __version__
        assert len(machine.status()["clients"]) == len(editors)


@pytest.mark.parametrize(("says_goodbye", "code"), [(True, 0), (False, 1)])
def test_the_stdio_end_has_the_exit_code_of_lsp(
    machine: SharedMachine, says_goodbye: bool, code: int
) -> None:
    with machine.editor() as editor:
        initialize(editor)
        assert editor.run("antiphon.health", {})["result"]
        if says_goodbye:
            assert editor.ask("shutdown")["result"] is None
            editor.notify("exit", None)
        else:
            editor._stdin.close()
        assert editor.process.wait(10) == code
        assert machine.status()["clients"] == []


def test_when_the_server_is_killed_each_stdio_end_fails_and_the_next_one_heals(
    machine: SharedMachine,
) -> None:
    with machine.editor() as one, machine.editor() as other:
        for client in (one, other):
            initialize(client)
            client.run("antiphon.health", {})
        former = machine.status()["pid"]
        os.kill(former, signal.SIGKILL)
        assert (one.process.wait(10), other.process.wait(10)) == (1, 1)
    with machine.editor() as healed:
        initialize(healed)
        assert healed.run("antiphon.health", {})["result"]["version"] == __version__
        assert machine.status()["pid"] != former


def test_the_server_outlives_the_editor_that_started_it_and_its_tree_of_processes(
    machine: SharedMachine,
) -> None:
    with machine.editor() as first:
        initialize(first)
        first.run("antiphon.health", {})
        pid = machine.status()["pid"]
        parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
        assert int(parent) != first.process.pid
        assert os.getsid(pid) == os.getsid(pid) != os.getsid(first.process.pid)
    with machine.editor() as second:
        initialize(second)
        second.run("antiphon.health", {})
        assert machine.status()["pid"] == pid


def test_the_server_ends_when_its_last_client_has_been_gone_for_long(
    machine: SharedMachine,
) -> None:
    with machine.editor(idle_s=0.3) as editor:
        initialize(editor)
        editor.run("antiphon.health", {})
        [address] = Path(machine.environ["XDG_RUNTIME_DIR"], "antiphon").glob("*.sock")
        assert address.is_socket()
    wait_for(lambda: not address.exists())


def test_no_key_is_in_the_environment_of_the_server(machine: SharedMachine) -> None:
    with machine.editor(OPENAI_API_KEY=SECRET, ANTIPHON_PROVIDERS__WORK__API_KEY=SECRET) as editor:
        initialize(editor)
        editor.run("antiphon.health", {})
        pid = machine.status()["pid"]
        assert SECRET.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
        for path in Path(machine.environ["XDG_RUNTIME_DIR"]).rglob("*"):
            assert not path.is_file() or SECRET not in path.read_text()


def test_each_client_asks_with_its_own_key_also_at_the_same_vendor(
    machine: SharedMachine, fault_server: FaultServer
) -> None:
    row = {"type": "openai", "baseUrl": fault_server.base_url, "apiKeyEnv": "WORK_KEY"}
    options = {"providers": {"work": row}}
    keys = [f"{SECRET}-one", f"{SECRET}-two"]
    with machine.editor(WORK_KEY=keys[0]) as one, machine.editor(WORK_KEY=keys[1]) as two:
        for editor in (one, two):
            initialize(editor, initializationOptions=options)
        for editor, tag in ((one, "one"), (two, "two"), (one, "one")):
            ask = {"prompt": f"tag:{tag}", "models": ["work/ok"]}
            assert editor.run("antiphon.broadcast", ask)["result"]["status"] == "complete"
    for key, tag in zip(keys, ("one", "two"), strict=True):
        sent = {each["headers"]["authorization"] for each in fault_server.requests(tag=tag)}
        assert sent == {f"Bearer {key}"}


def test_the_terminal_asks_with_its_own_key(
    machine: SharedMachine, fault_server: FaultServer
) -> None:
    providers = {
        "ANTIPHON_PROVIDERS__WORK__BASE_URL": fault_server.base_url,
        "ANTIPHON_PROVIDERS__WORK__API_KEY_ENV": "WORK_KEY",
    }
    with machine.editor(WORK_KEY=f"{SECRET}-editor") as editor:
        initialize(editor)
        editor.run("antiphon.health", {})
        pid = machine.status()["pid"]
        asked = machine.antiphon("ask", "tag:t", "-m", "work/ok", WORK_KEY=SECRET, **providers)
        assert asked.returncode == 0
        assert machine.status()["pid"] == pid
        listed = editor.run("antiphon.session.list", {})["result"]["sessions"]
        assert [each["title"] for each in listed] == ["tag:t"]
    [request] = fault_server.requests(tag="t")
    assert request["headers"]["authorization"] == f"Bearer {SECRET}"


def test_a_client_with_another_history_has_another_server(machine: SharedMachine) -> None:
    elsewhere = {"history": {"url": f"sqlite:///{machine.installation.folder / 'other.db'}"}}
    with machine.editor(idle_s=1) as one, machine.editor(idle_s=1) as other:
        initialize(one)
        initialize(other, initializationOptions=elsewhere)
        locations = {
            client.run("antiphon.health", {})["result"]["history"]["location"]
            for client in (one, other)
        }
        assert len(locations) == 2
        assert len(machine.status()["clients"]) == 1


def test_the_stdio_end_says_why_no_server_can_be_started(
    machine: SharedMachine, socket_folder: Path
) -> None:
    (socket_folder / "antiphon").mkdir()
    (socket_folder / "antiphon").chmod(0o755)
    with machine.editor() as editor:
        initialize(editor)
        assert editor.process.wait(10) == 1
        editor.read_to_end()
        [shown] = editor.notifications("window/showMessage")
        assert "chmod 700" in shown["message"]


def test_a_server_that_hangs_up_before_its_hello_is_started_again(
    machine: SharedMachine, socket_folder: Path
) -> None:
    with machine.editor() as first:
        initialize(first)
        first.run("antiphon.health", {})
        [path] = (socket_folder / "antiphon").glob("*.sock")
        machine.stop()
    import socket

    with socket.socket(socket.AF_UNIX) as ending:
        ending.bind(str(path))
        path.chmod(0o600)
        ending.listen()

        def hang_up_once() -> None:
            connected, _ = ending.accept()
            connected.close()
            ending.close()

        hanging_up = threading.Thread(target=hang_up_once)
        hanging_up.start()
        with machine.editor() as editor:
            initialize(editor)
            assert editor.run("antiphon.health", {})["result"]["version"] == __version__
        hanging_up.join()


@pytest.mark.skipif(sys.platform != "linux", reason="sizes are read from /proc")
def test_the_stdio_end_is_small_and_imports_the_standard_library_alone(
    machine: SharedMachine,
) -> None:
    with machine.editor() as editor:
        initialize(editor)
        editor.run("antiphon.health", {})
        rows = Path(f"/proc/{editor.process.pid}/status").read_text().splitlines()
        [resident] = [int(row.split()[1]) for row in rows if row.startswith("VmRSS")]
        assert resident < 15 * 1024
        mapped = Path(f"/proc/{editor.process.pid}/maps").read_text()
        assert "site-packages" not in mapped


def test_the_terminal_has_a_server_of_its_own_without_a_shared_one_or_by_choice(
    machine: SharedMachine,
) -> None:
    assert machine.antiphon("sessions").returncode == 0
    assert not machine.status()["running"]
    with machine.editor() as editor:
        initialize(editor)
        editor.run("antiphon.health", {})
        served = machine.antiphon("models", "--json", ANTIPHON_NO_SHARED="1")
        assert served.returncode == 0
        assert "ANTIPHON_NO_SHARED" not in served.stderr


def test_the_server_is_shown_and_ended_from_a_terminal(machine: SharedMachine) -> None:
    none = machine.antiphon("server", "status")
    assert (none.returncode, "No shared server" in none.stdout) == (1, True)
    assert machine.antiphon("server", "stop").returncode == 0
    with machine.editor() as editor:
        initialize(editor, clientInfo={"name": "an editor", "version": "9"})
        editor.run("antiphon.health", {})
        pid = machine.status()["pid"]
        shown = machine.antiphon("server", "status").stdout
        assert f"pid      {pid}" in shown
        assert "an editor 9, since" in shown
        ended = machine.antiphon("server", "stop", "--json")
        assert json.loads(ended.stdout) == {"stopped": True, "pid": pid}
        assert not is_running(pid)
        assert editor.process.wait(10) == 1


def test_the_children_of_the_server_end_with_it(machine: SharedMachine) -> None:
    with machine.editor() as editor:
        initialize(editor)
        editor.run("antiphon.broadcast", {"prompt": "hi", "models": ["demo/terse"]})
        session = os.getsid(machine.status()["pid"])
        assert list_session(session)
        machine.stop()
    wait_for(lambda: not list_session(session))


def list_session(session: int) -> list[int]:
    """The processes of a session that still run."""
    found = subprocess.run(
        ["ps", "-s", str(session), "-o", "pid="], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in found.stdout.split() if is_running(int(pid))]

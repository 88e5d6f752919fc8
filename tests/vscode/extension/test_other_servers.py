"""VS Code uses the server that a user's clients share, and servers elsewhere by their address."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from antiphon_client import AntiphonClient
from support.vscode.other_client import other_client
from support.vscode.window import SERVER, picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}
GATED = "gated/gate-3-9"
START = "t0 t1 t2"


def antiphon(editor: CodeServer, *arguments: str) -> str:
    """What the terminal prints in the environment of the editor."""
    command = [str(SERVER), *arguments]
    return subprocess.run(
        command, env=editor.env, capture_output=True, text=True, check=False
    ).stdout


def status(editor: CodeServer) -> dict[str, Any]:
    """What is found of the shared server."""
    return json.loads(antiphon(editor, "server", "status", "--json"))


def ask(vs: Workbench, prompt: str) -> dict[str, Any]:
    asked = {"prompt": prompt, "models": ["demo/echo"], "params": FAST}
    return vs.execute("antiphon.broadcastPrompt", asked)


@contextmanager
def changed(editor: CodeServer, settings: dict[str, Any]) -> Generator[None]:
    """Other settings of the machine for a while."""
    before = editor.machine_settings()
    editor.change_machine_settings({**before, **settings})
    try:
        yield
    finally:
        editor.change_machine_settings(before)


@pytest.fixture
def shared(vs: Workbench, editor: CodeServer) -> Iterator[Workbench]:
    """The window, which uses the shared server."""
    with changed(editor, {"antiphon.server.shared": True}):
        eventually(lambda: status(editor).get("clients"))
        yield vs
        vs.clear()
    antiphon(editor, "server", "stop")
    eventually(lambda: ask(vs, "A server of its own again."))


def test_a_terminal_on_the_shared_server_is_seen_live_and_a_killed_server_heals(
    shared: Workbench, editor: CodeServer, provider: FaultServer
) -> None:
    vs = shared
    providers = {"providers": editor.machine_settings()["antiphon.providers"]}
    connect = AntiphonClient.connect_unix(
        environ=editor.env, cwd=editor.folder, initialization_options=providers
    )
    with other_client(editor, connect) as other:
        assert len(status(editor)["clients"]) == 2
        run = other.begin("antiphon.broadcast", {"prompt": "Shared.", "models": [GATED]})
        provider.wait_held()
        [session, *_] = other.command("antiphon.session.list", {})["sessions"]
        vs.begin("antiphon.openSession", session["id"])
        expect(lambda: [START in (text or "") for text in vs.texts().values()], [True])
        picture(vs, "shared-server")
        provider.release()
        [pane] = run.result()["panes"]
        expect(lambda: list(vs.texts().values()), [other.content(pane["uri"])])
        vs.end()
    before = status(editor)["pid"]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: status(editor).get("pid") not in (None, before))
    assert ask(vs, "And on.")["status"] == "complete"


def test_a_server_elsewhere_is_used_once_its_token_is_set_and_again_after_it_was_gone(
    vs: Workbench, editor: CodeServer, tmp_path: Path
) -> None:
    tokens = tmp_path / "tokens.toml"
    token = antiphon(editor, "token", "add", "me", "--tokens", str(tokens)).strip()
    with (
        elsewhere(editor, tokens, "127.0.0.1:0") as (url, process),
        changed(editor, {"antiphon.server.address": url}),
    ):
        expect(lambda: vs.eval(SETTING), url)
        vs.begin("antiphon.broadcastPrompt", {"prompt": "No.", "models": ["demo/echo"]})
        vs.toast(f"The server at {url} does not let this editor in.")
        vs.end()
        vs.begin("antiphon.setServerToken")
        expect(vs.quick_title, f"Token for {url}")
        vs.type_into_quick_input(token)
        picture(vs, "server-token")
        vs.page.keyboard.press("Enter")
        vs.end()
        [pane] = ask(vs, "From afar.")["panes"]
        with other_client(editor, AntiphonClient.connect_ws(url, token)) as other:
            expect(lambda: list(vs.texts().values()), [other.content(pane["uri"])])
        process.kill()
        process.wait()
        with elsewhere(editor, tokens, url.removeprefix("ws://")):
            assert eventually(lambda: ask(vs, "Back again."))["status"] == "complete"
            vs.clear()
    eventually(lambda: ask(vs, "Here again."))


def test_an_address_that_would_send_the_token_unencrypted_is_refused(
    vs: Workbench, editor: CodeServer
) -> None:
    with changed(editor, {"antiphon.server.address": "ws://team.example:9000"}):
        expect(lambda: vs.eval(SETTING), "ws://team.example:9000")
        vs.begin("antiphon.setServerToken")
        vs.toast("would send your token unencrypted")
        vs.end()
    expect(lambda: vs.eval(SETTING), "")
    assert eventually(lambda: ask(vs, "Here again."))["status"] == "complete"


SETTING = "return vscode.workspace.getConfiguration('antiphon.server').get('address')"


@contextmanager
def elsewhere(
    editor: CodeServer, tokens: Path, address: str
) -> Generator[tuple[str, subprocess.Popen[str]]]:
    """A server with a history of its own, as on another machine."""
    history = {"ANTIPHON_HISTORY__URL": f"sqlite:///{tokens.with_suffix('.db')}"}
    command = [str(SERVER), "serve", "--ws", address, "--tokens", str(tokens)]
    with subprocess.Popen(
        command,
        env={**editor.env, **history},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["listening"], process
        finally:
            process.terminate()

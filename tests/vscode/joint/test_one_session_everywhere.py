"""VS Code, Neovim and a terminal show one running session at once, and outlive each other."""

from __future__ import annotations

import json
import os
import re
import signal
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from support.joint.clients import SameHome, TerminalProgram, shared_server
from support.neovim.editor import NVIM
from support.neovim.terminal import Terminal
from support.vscode.window import SIZE, picture
from support.vscode.workbench import Workbench, eventually, expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer

pytestmark = pytest.mark.timeout(300)  # four programs start, and one of them again

MODELS = ["gated/gate-3-9", "gated/gate-3-8", "gated/gate-3-7"]
HELD = "t0 t1 t2"
PROMPTS = ["One.", "Two.", "Three."]
RESTART_S = 90
"""How long a program may take to be there again on a busy machine; alone it takes seconds."""


@dataclass
class Everywhere:
    """One session in three programs, which all show it."""

    vs: Workbench
    neovim: Terminal
    follower: TerminalProgram
    code_server: CodeServer
    panes: list[dict[str, Any]]
    opened: ExitStack
    """What the test has opened itself."""

    @property
    def session_id(self) -> str:
        return self.panes[0]["sessionId"]

    @property
    def uris(self) -> list[str]:
        return [pane["uri"] for pane in self.panes]

    def ask_in_terminal(self, pane: int, prompt: str) -> TerminalProgram:
        """Asks in a terminal of its own."""
        where = ("--session", self.session_id, "--pane", self.panes[pane]["id"])
        self.asking = TerminalProgram(self.code_server, "ask", *where, prompt, lines=16)
        return self.opened.enter_context(self.asking)

    def ask_in_neovim(self, pane: int, prompt: str) -> None:
        """Types a reply in a pane's window."""
        self.neovim.run(f"{pane + 1}wincmd w")
        self.neovim.run(f"Antiphon reply -- {prompt}")

    def answers(self, prompt: str) -> str:
        """Returns what VS Code shows of the answer to a prompt."""
        shown = [text for text in self.vs.texts().values() if prompt in (text or "")]
        return shown[0].partition(prompt)[2] if shown else ""


@pytest.fixture(scope="module")
def shared(browser: Browser, editor: CodeServer, provider: FaultServer) -> Iterator[Workbench]:
    """A window of its own on the shared server, and settings that every program of the user has."""
    if NVIM is None:
        pytest.skip("no Neovim: run scripts/install_neovim.sh")
    before = editor.machine_settings()
    config = editor.work / "home" / "config" / "antiphon" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    row = {"type": "openai", "baseUrl": provider.base_url, "maxConcurrency": 16}
    lines = [f"{name} = {json.dumps(value)}" for name, value in row.items()]
    config.write_text("\n".join(["[providers.gated]", *lines]))
    editor.change_machine_settings({**before, "antiphon.server.shared": True})
    page = browser.new_context(viewport=SIZE).new_page()
    page.set_default_timeout(30_000)
    vs = Workbench(page, editor)
    vs.open()
    vs.execute("antiphon.stopAll")
    eventually(lambda: shared_server(editor).get("clients"))
    yield vs
    page.context.close()
    config.unlink()
    editor.change_machine_settings(before)
    os.kill(shared_server(editor)["pid"], signal.SIGTERM)


@pytest.fixture
def everywhere(
    shared: Workbench,
    editor: CodeServer,
    provider: FaultServer,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Everywhere]:
    """One session of as many panes as the test asks for; each has the answer to "Begin."."""
    vs = shared
    provider.reset()
    models = MODELS[: getattr(request, "param", 1)]
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Begin.", "models": models})
    provider.wait_held(len(models))
    provider.release()
    panes = vs.end()["panes"]
    with ExitStack() as opened:
        follower = TerminalProgram(editor, "follow", panes[0]["sessionId"])
        opened.enter_context(follower)
        neovim = Terminal(SameHome(tmp_path, editor), 140, 40)
        opened.callback(neovim.close)
        neovim.run(f"Antiphon open {panes[0]['sessionId']}")
        neovim.expect(lambda screen: screen.count("Begin.") >= len(panes))
        follower.expect(lambda text: text.count("Begin.") == len(panes))
        yield Everywhere(vs, neovim, follower, editor, panes, opened)
    picture(vs, re.sub(r"\W+", "-", request.node.name).strip("-"))
    provider.release()
    vs.clear()


def test_a_running_session_is_seen_in_three_programs_and_goes_on_from_each(
    everywhere: Everywhere, provider: FaultServer, documents: Callable[[list[str]], dict[str, str]]
) -> None:
    vs, neovim, follower = everywhere.vs, everywhere.neovim, everywhere.follower

    def all_show(prompt: str, text: str) -> None:
        expect(lambda: text in everywhere.answers(prompt), wanted=True)
        neovim.expect(lambda screen: text in screen.partition(prompt)[2])
        follower.expect(lambda printed: text in printed.partition(prompt)[2])

    vs.begin("antiphon.followUp", everywhere.uris[0], "From VS Code.")
    provider.wait_held()
    all_show("From VS Code.", HELD)
    picture(vs, "joint-streaming")
    neovim.keep("joint-streaming")
    follower.keep("joint-streaming")
    provider.release()
    all_show("From VS Code.", "t8")
    everywhere.ask_in_neovim(0, "From Neovim.")
    provider.wait_held()
    all_show("From Neovim.", HELD)
    provider.release()
    all_show("From Neovim.", "t8")
    asking = everywhere.ask_in_terminal(0, "From a terminal.")
    provider.wait_held()
    all_show("From a terminal.", HELD)
    provider.release()
    all_show("From a terminal.", "t8")
    assert asking.wait_to_end() == 0
    picture(vs, "joint-complete")
    neovim.keep("joint-complete")
    follower.keep("joint-complete")
    stored = documents(everywhere.uris)
    expect(vs.texts, stored)
    [text] = stored.values()
    for prompt in ("From VS Code.", "From Neovim.", "From a terminal."):
        assert text.count(prompt) == follower.printed().count(prompt) == 1
    assert follower.printed().count(HELD) == text.count(HELD) == 4


def kill_server(everywhere: Everywhere) -> None:
    os.kill(shared_server(everywhere.code_server)["pid"], signal.SIGKILL)


def kill_vscode(everywhere: Everywhere) -> None:
    """Ends the extension host, and reloads the window before the editor gets to do it itself."""
    os.kill(everywhere.vs.eval("return process.pid"), signal.SIGKILL)
    everywhere.vs.reload_by_hand()


def kill_neovim(everywhere: Everywhere) -> None:
    [shown] = everywhere.neovim.tmux("list-panes", "-F", "#{pane_pid}").split()
    os.kill(int(shown), signal.SIGKILL)


def kill_terminal(everywhere: Everywhere) -> None:
    everywhere.follower.kill()
    everywhere.asking.kill()


@pytest.mark.parametrize("everywhere", [3], indirect=True)
@pytest.mark.parametrize(
    ("kill", "ended"),
    [(kill_server, {0, 1, 2}), (kill_vscode, {0}), (kill_neovim, {1}), (kill_terminal, {2})],
)
def test_a_process_that_is_killed_takes_no_text_with_it_and_the_others_go_on(
    everywhere: Everywhere,
    provider: FaultServer,
    documents: Callable[[list[str]], dict[str, str]],
    kill: Callable[[Everywhere], None],
    ended: set[int],
) -> None:
    vs, neovim, follower = everywhere.vs, everywhere.neovim, everywhere.follower
    vs.begin("antiphon.followUp", everywhere.uris[0], PROMPTS[0])
    everywhere.ask_in_neovim(1, PROMPTS[1])
    asking = everywhere.ask_in_terminal(2, PROMPTS[2])
    provider.wait_held(3)
    expect(lambda: [HELD in everywhere.answers(each) for each in PROMPTS], [True] * 3)
    neovim.expect(lambda screen: screen.count(HELD) == 6)
    follower.expect(lambda printed: printed.count(HELD) == 4)
    asking.expect(lambda printed: HELD in printed)
    shown = vs.texts()

    kill(everywhere)
    provider.wait_closed(len(PROMPTS) + len(ended))
    provider.release()
    others = [prompt for pane, prompt in enumerate(PROMPTS) if pane not in ended]
    expect(
        lambda: [each for each in PROMPTS if "t6" in everywhere.answers(each)], others, RESTART_S
    )
    if kill is not kill_neovim:
        ends = {kill_server: "interrupted", kill_vscode: "stopped", kill_terminal: "stopped"}
        neovim.expect(lambda screen: screen.count("t6") == 3 + len(others) and ends[kill] in screen)
        neovim.keep(f"joint-{kill.__name__}")
    if kill is not kill_terminal:
        follower.expect(lambda printed: printed.count("t6") == 3 + len(others))
        assert asking.wait_to_end() == (1 if 2 in ended else 0)
    stored = documents(everywhere.uris)
    expect(vs.texts, stored, RESTART_S)
    picture(vs, f"joint-{kill.__name__}")
    for uri, text in shown.items():
        assert stored[uri].startswith(text.rstrip())

    provider.reset()
    vs.begin("antiphon.followUp", everywhere.uris[0], "And on.")
    provider.wait_held()
    if kill is not kill_neovim:
        neovim.expect(lambda screen: HELD in screen.partition("And on.")[2])
    if kill is not kill_terminal:
        follower.expect(lambda printed: HELD in printed.partition("And on.")[2])
        assert [follower.printed().count(prompt) for prompt in PROMPTS] == [1] * 3
    provider.release()
    assert vs.end()["status"] == "complete"

"""Every command of the extension gives a sensible answer, whatever is open and is kept."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.code_server import ROOT
from support.vscode.workbench import PATIENCE_S, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

MANIFEST = json.loads((ROOT / "vscode-extension" / "package.json").read_text(encoding="utf-8"))
COMMANDS: list[str] = [entry["command"] for entry in MANIFEST["contributes"]["commands"]]
# What a program says where it was to say something to a person.
NO_ANSWER = re.compile(
    r"command '|undefined|TypeError|Error:|\bat \w+ \(|cannot read|destructure", re.IGNORECASE
)

BEGIN_JS = """
if (args[1] !== null) {
  const uri = shown(args[1]);
  await vscode.commands.executeCommand("vscode.open", uri, { preview: false });
}
globalThis.ended = null;
globalThis.running = vscode.commands.executeCommand(args[0]).then(
  () => { globalThis.ended = "done"; },
  (error) => { globalThis.ended = String(error); },
);
"""
ASKED_JS = """() => {
  if (document.querySelector(".monaco-dialog-box")) return "asks";
  const shown = [...document.querySelectorAll(".quick-input-widget")].find((it) => it.offsetParent);
  if (!shown) return null;
  const hint = shown.querySelector(".quick-input-box input")?.placeholder;
  const row = shown.querySelector(".quick-input-list .monaco-list-row");
  return hint || row ? "asks" : "nothing to pick";
}"""


def answer(vs: Workbench, command: str, pane: str | None) -> str:
    """What a command comes to: `done`, `asks`, an empty list to pick from, or its error."""
    vs.eval(BEGIN_JS, command, pane)
    until = time.monotonic() + PATIENCE_S
    found = ""
    while time.monotonic() < until:
        asked = vs.page.evaluate(ASKED_JS)
        ended = vs.eval("return globalThis.ended")
        found = asked or ended or "hangs"
        if found in ("asks", "done") or ended:
            break
    leave(vs)
    return found


def leave(vs: Workbench) -> None:
    """Leaves whatever is asked."""

    def left() -> bool:
        if vs.page.evaluate(ASKED_JS) is None and vs.eval("return globalThis.ended") is not None:
            return True
        vs.page.keyboard.press("Escape")
        return False

    eventually(left)


@pytest.fixture
def no_sessions(vs: Workbench, editor: CodeServer, tmp_path: Path) -> Iterator[None]:
    """A history in which nothing was ever said."""
    before = editor.machine_settings()
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    editor.change_machine_settings({**before, "antiphon.history.url": url})
    eventually(lambda: sessions(vs) == [])
    yield
    editor.change_machine_settings(before)
    eventually(lambda: [entry for entry in sessions(vs) or [] if entry])


def sessions(vs: Workbench) -> list[dict[str, Any]] | None:
    """The history's newest session; `None` while the server is started anew."""
    try:
        return vs.execute("antiphon.session.list", {"limit": 1})["sessions"]
    except RuntimeError:
        return None


@pytest.fixture
def pane(vs: Workbench) -> str:
    """A pane that has answered, with another one beside it."""
    models = ["demo/terse", "demo/poet"]
    asked = {"prompt": "Sweep.", "models": models, "params": {"tokensPerSecond": 0}}
    return vs.execute("antiphon.broadcastPrompt", asked)["panes"][0]["uri"]


def swept(vs: Workbench, pane: str | None) -> dict[str, str]:
    """What each command came to that was neither done nor asked for more."""
    answers = {command: answer(vs, command, pane) for command in COMMANDS}
    return {name: came for name, came in answers.items() if came not in ("asks", "done")}


def test_with_nothing_open_and_nothing_kept_every_command_answers(
    vs: Workbench, pane: str, no_sessions: None
) -> None:
    vs.execute("antiphon.closePanes")
    assert swept(vs, None) == {}
    texts = vs.told()
    assert [text for text in texts if NO_ANSWER.search(text)] == []
    assert any("Choose a pane first" in text for text in texts)
    assert any("There are no sessions yet" in text for text in texts)


def test_with_a_pane_open_every_command_answers(vs: Workbench, pane: str) -> None:
    assert swept(vs, pane) == {}
    assert [text for text in vs.told() if NO_ANSWER.search(text)] == []


def test_every_command_of_the_manifest_is_there(vs: Workbench) -> None:
    there = vs.eval("return vscode.commands.getCommands(true)")
    assert set(COMMANDS) <= set(there)

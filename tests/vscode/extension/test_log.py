"""The setting of the log's level reaches a server that runs, and brings the reason of decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.vscode.workbench import eventually

if TYPE_CHECKING:
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

PROMPT = "words-of-the-prompt"


def test_the_level_that_is_set_holds_for_the_server_that_runs(
    vs: Workbench, editor: CodeServer
) -> None:
    path = editor.work / "home" / "state" / "antiphon" / "log" / "antiphon.log"
    estimate = {"prompt": PROMPT, "models": ["demo/terse"]}
    vs.execute("antiphon.keys.status", {})  # the server runs from the first command on
    before = editor.machine_settings()
    editor.change_machine_settings({**before, "antiphon.log.level": "debug"})
    eventually(lambda: "setting log.level: from " in path.read_text("utf-8"))
    asked = path.read_text("utf-8").count("answered antiphon.estimate")
    vs.execute("antiphon.estimate", estimate)
    eventually(lambda: path.read_text("utf-8").count("answered antiphon.estimate") > asked)
    editor.change_machine_settings(before)
    assert PROMPT not in path.read_text("utf-8")

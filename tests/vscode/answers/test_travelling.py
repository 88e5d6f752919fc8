"""Sessions leave and come back through the editor's dialogs; what is hostile changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from pathlib import Path

    from support.vscode.workbench import Workbench

# Each with what is said of it.
HOSTILE = {
    b"": "not valid JSON",
    bytes(range(256)): "not valid JSON",
    b"[" * 50_000: "nested",
    b'{"antiphon": "session/v9"}': "not in the format",
    b'{"antiphon": "session/v1", "session": {"id": 7}}': "session",
}


def sessions(vs: Workbench) -> list[dict[str, Any]]:
    """All sessions, without the times of their last change."""
    found = vs.execute("antiphon.session.list", {"limit": 100})["sessions"]
    return [{key: each[key] for key in ("id", "title", "tags")} for each in found]


def answer_dialog(vs: Workbench, file: Path) -> None:
    """Names a file in the dialog that is open, once it has listed its folder."""
    field = vs.quick_input()
    eventually(lambda: "/" in field.input_value())
    vs.page.locator(".quick-input-widget:visible .monaco-list-row").first.wait_for()
    field.fill(str(file))
    if file.exists():
        vs.quick_row(file.name).wait_for()
    vs.page.keyboard.press("Enter")
    field.wait_for(state="hidden")


def said(vs: Workbench, session: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Who said what in a session, in its order."""
    opened = vs.execute("antiphon.session.open", {"sessionId": session["id"]})
    return [(m["role"], m.get("model"), m["content"], m["status"]) for m in opened["messages"]]


def test_a_session_travels_through_the_dialogs_without_loss(vs: Workbench) -> None:
    models = ["demo/unicode", "demo/coder"]
    asked = {"prompt": "Bon voyage 🚢!", "models": models, "params": {"tokensPerSecond": 0}}
    vs.execute("antiphon.broadcastPrompt", asked)
    vs.command("Antiphon: Export Session")
    vs.quick_row("Bon voyage").click()
    expect(vs.quick_title, "Format of the export")
    vs.quick_row("JSON").click()
    file = vs.server.folder / "voyage.json"
    expect(lambda: vs.quick_input().input_value().endswith("Bon-voyage.json"), True)
    picture(vs, "export-dialog")
    answer_dialog(vs, file)
    vs.toast("Exported to voyage.json.")
    vs.execute("antiphon.closePanes")
    before = len(sessions(vs))
    vs.command("Antiphon: Import Session")
    expect(vs.quick_title, "Import a session")
    picture(vs, "import-dialog")
    answer_dialog(vs, file)
    expect(lambda: len(sessions(vs)), before + 1)
    expect(lambda: ["Bon voyage 🚢!" in text for text in vs.texts().values()], [True] * 2)
    copy, original = sessions(vs)[:2]
    assert copy["id"] != original["id"]
    assert said(vs, copy) == said(vs, original)


def test_a_hostile_import_says_so_and_changes_nothing(vs: Workbench) -> None:
    file = vs.server.folder / "hostile.json"
    before = sessions(vs)
    for content, problem in HOSTILE.items():
        file.write_bytes(content)
        vs.execute("notifications.clearAll")
        vs.begin("antiphon.importSession")
        answer_dialog(vs, file)
        vs.end()
        [text] = eventually(vs.told)
        assert problem in text
        assert "Import a file that `antiphon.session.export` wrote" in text
    assert sessions(vs) == before
    assert vs.panes() == []

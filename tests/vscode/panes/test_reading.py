"""Who reads is left alone: the cursor, the scroll, the focus and the layout are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.workbench import Workbench

EDITOR_JS = """
const editor = vscode.window.visibleTextEditors
  .find((e) => wire(e.document.uri) === args[0]);
const last = editor.document.lineCount - 1;
return { cursor: [editor.selection.active.line, editor.selection.active.character],
         first: editor.visibleRanges[0].start.line, last: editor.visibleRanges.at(-1).end.line,
         end: last, text: editor.document.getText().length };
"""
NOTES_JS = """
const [folder] = vscode.workspace.workspaceFolders;
const editor = await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, "notes.py"));
editor.selection = new vscode.Selection(4, 0, 5, 12);
"""
ACTIVE_JS = """
const { document, viewColumn } = vscode.window.activeTextEditor;
return [document.fileName.split("/").pop(), viewColumn];
"""
LAYOUT_JS = """
const size = ({ groups }) => groups ? groups.map(size) : 0;
const { orientation, groups } = await vscode.commands.executeCommand("vscode.getEditorLayout");
return [orientation, groups.map(size)];
"""


def test_a_pane_is_followed_at_its_end_and_left_alone_elsewhere(
    vs: Workbench, provider: FaultServer
) -> None:
    lines = "\n\n".join(f"Line {number}." for number in range(120))
    models = ["gated/gate-2-400", "gated/gate-2-401"]
    vs.begin("antiphon.broadcastPrompt", {"prompt": lines, "models": models})
    provider.wait_held(2)
    followed, read = eventually(
        lambda: len(vs.panes()) == 2 and [pane["uri"] for pane in vs.panes()]
    )
    for uri in (followed, read):
        expect(lambda uri=uri: vs.eval(EDITOR_JS, uri)["last"] >= 240, True)

    vs.eval(
        "const uri = shown(args[0]);"
        "const where = { viewColumn: 2, preview: false };"
        "const editor = await vscode.window.showTextDocument(uri, where);"
        "editor.selection = new vscode.Selection(10, 3, 10, 3);"
        "editor.revealRange(new vscode.Range(10, 0, 10, 0), vscode.TextEditorRevealType.AtTop);",
        read,
    )
    expect(lambda: vs.eval(EDITOR_JS, read)["first"], 10)
    before = vs.eval(EDITOR_JS, read)
    provider.release()
    vs.end()
    eventually(lambda: vs.eval(EDITOR_JS, read)["text"] > before["text"] + 1000)
    after = vs.eval(EDITOR_JS, read)
    assert (after["cursor"], after["first"]) == (before["cursor"], before["first"])
    # All text is in sight; below it are the figures, and a last line that is empty.
    expect(
        lambda: vs.eval(EDITOR_JS, followed)["last"] >= vs.eval(EDITOR_JS, followed)["end"] - 1,
        True,
    )
    assert vs.eval(EDITOR_JS, followed)["cursor"] == [0, 0]


def test_panes_stand_beside_the_code_and_go_as_they_came(vs: Workbench) -> None:
    vs.eval(NOTES_JS)
    vs.execute(
        "antiphon.broadcastPrompt", {"prompt": "Why two?", "models": ["demo/echo", "demo/terse"]}
    )
    assert vs.eval(ACTIVE_JS) == ["notes.py", 1]
    assert [pane["column"] for pane in vs.panes()] == [2, 3]
    assert "def two():\n    return 2" in next(iter(vs.texts().values()))
    vs.execute("antiphon.closePanes")
    assert vs.panes() == []
    assert vs.eval(ACTIVE_JS) == ["notes.py", 1]
    assert vs.eval("return vscode.window.tabGroups.all.length") == 1


def test_another_layout_moves_the_panes_that_are_open(vs: Workbench) -> None:
    models = ["demo/echo", "demo/terse", "demo/poet"]
    vs.execute(
        "antiphon.broadcastPrompt",
        {"prompt": "Move.", "models": models, "params": {"tokensPerSecond": 0}},
    )
    uris = [pane["uri"] for pane in vs.panes()]
    assert vs.eval(LAYOUT_JS) == [1, [[0, 0], 0]]
    try:
        vs.execute("antiphon.layout", "columns")
        assert vs.eval(LAYOUT_JS) == [0, [0, 0, 0]]
        vs.execute("antiphon.layout", "tabs")
        assert vs.eval(LAYOUT_JS) == [0, [0]]
    finally:
        vs.execute("antiphon.layout", "grid")
    assert vs.eval(LAYOUT_JS) == [1, [[0, 0], 0]]
    assert [pane["uri"] for pane in vs.panes()] == uris


def test_typing_into_a_pane_offers_to_follow_up(vs: Workbench) -> None:
    asked = vs.execute(
        "antiphon.broadcastPrompt", {"prompt": "Type here.", "models": ["demo/echo"]}
    )
    text = {asked["panes"][0]["uri"]: "## You\n\nType here.\n\n## echo\n\nType here.\n"}
    expect(vs.texts, text)
    vs.page.locator(".monaco-editor .view-lines").first.click()
    vs.page.keyboard.type("x")
    vs.page.get_by_role("link", name="Follow up").click()
    vs.quick_input().wait_for()
    assert vs.quick_title().startswith("Follow up: echo")
    assert vs.texts() == text

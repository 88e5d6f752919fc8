"""Where a passage came from and where it went: followed with the editor's own keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.vscode.workbench import Workbench

MODELS = ["demo/echo", "demo/terse", "demo/poet"]
PASSAGE = "Follow this passage."

HERE_JS = """
const editor = vscode.window.activeTextEditor;
const { document, selection } = editor;
return [wire(document.uri), document.lineAt(selection.active.line).text];
"""
GO_JS = """
const uri = shown(args[0]);
const document = await vscode.workspace.openTextDocument(uri);
const at = document.positionAt(document.getText().lastIndexOf(args[1]));
const selection = new vscode.Range(at, at);
await vscode.commands.executeCommand("vscode.open", uri, { preview: false, selection });
"""
HOVERS_JS = """
const { document, selection } = vscode.window.activeTextEditor;
const found = await vscode.commands.executeCommand(
  "vscode.executeHoverProvider", document.uri, selection.active);
return found.length;
"""
GROUPS_JS = "return vscode.window.tabGroups.all.map(({ tabs }) => tabs.map(({ label }) => label))"


def answered(vs: Workbench) -> dict[str, Any]:
    """Three panes, the first of which has said the passage; the rest is on the way."""
    asked = {"prompt": PASSAGE, "models": MODELS, "params": {"tokensPerSecond": 0}}
    return vs.execute("antiphon.broadcastPrompt", asked)


def send(vs: Workbench, message: str, *panes: dict[str, Any]) -> list[str]:
    """Sends a message on as context; the ids of what it became."""
    to = {"paneIds": [pane["id"] for pane in panes]}
    sent = {"from": {"messageIds": [message]}, "to": to, "mode": "context"}
    return [each["id"] for each in vs.execute("antiphon.sendAnswer", sent)["messages"]]


def go_to(vs: Workbench, pane: dict[str, Any], told: str = "> From ") -> None:
    """Puts the cursor into the last place of a pane that says the passage, once it is `told`."""
    eventually(lambda: told in vs.texts()[pane["uri"]])
    vs.eval(GO_JS, pane["uri"], PASSAGE)
    expect(lambda: vs.eval(HERE_JS), [pane["uri"], PASSAGE])


def test_definition_goes_to_the_source_and_references_to_every_copy(vs: Workbench) -> None:
    result = answered(vs)
    echo, terse, poet = result["panes"]
    send(vs, result["results"][0]["messageId"], terse, poet)
    go_to(vs, poet)
    vs.page.keyboard.press("F12")
    expect(lambda: vs.eval(HERE_JS), [echo["uri"], PASSAGE])
    vs.page.keyboard.press("Shift+F12")
    peek = vs.page.locator(".reference-zone-widget")
    files = peek.locator(".ref-tree .reference-file .label-name")
    expect(files.all_inner_texts, ["poet", "terse"])  # By their names.
    picture(vs, "references")
    vs.page.keyboard.press("Escape")
    peek.wait_for(state="hidden")
    assert vs.eval(GROUPS_JS) == [["echo"], ["terse"], ["poet"]]


def test_a_hover_names_every_step_that_a_passage_took(vs: Workbench) -> None:
    result = answered(vs)
    echo, terse, poet = result["panes"]
    [first] = send(vs, result["results"][0]["messageId"], terse)
    [second] = send(vs, first, poet)
    assert second != first
    go_to(vs, poet)
    assert vs.eval(HOVERS_JS) == 0  # A card over each word would be in the way.
    vs.eval(GO_JS, poet["uri"], "## You")
    vs.execute("editor.action.showHover")
    card = vs.page.locator(".monaco-hover").filter(has_text="from demo/echo")
    card.wait_for()
    picture(vs, "hover")
    text = card.inner_text().replace("\u00a0", " ")
    assert re.search(r"from demo/echo · \d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d", text)
    assert len(re.findall(r"from demo/", text)) == 2
    vs.page.keyboard.press("Escape")
    vs.page.keyboard.press("F12")
    expect(lambda: vs.eval(HERE_JS), [terse["uri"], PASSAGE])
    vs.page.keyboard.press("F12")
    expect(lambda: vs.eval(HERE_JS), [echo["uri"], PASSAGE])

"""What a model thought is folded in the pane that the person is in, where they asked to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench import expect

from conftest import picture

if TYPE_CHECKING:
    from workbench import Workbench

SHOW = """
    const settings = vscode.workspace.getConfiguration("antiphon");
    await settings.update("stream.reasoning", args[0], vscode.ConfigurationTarget.Global);
"""
ENTER = """
    const pane = vscode.workspace.textDocuments.find(
      (each) => each.uri.path.startsWith("/pane/") && each.getText().includes("**Thinking**"));
    if (pane !== undefined) {
      await vscode.window.showTextDocument(pane, { preview: false });
    }
    return pane !== undefined;
"""
FOLDED = """
    const editor = vscode.window.activeTextEditor;
    const lines = editor.document.getText().split("\\n");
    const first = lines.indexOf("> **Thinking**");
    return first >= 0 && !editor.visibleRanges.some((range) =>
      range.start.line <= first + 1 && first + 1 <= range.end.line);
"""


def test_thinking_is_folded_in_the_pane_that_is_entered(vs: Workbench) -> None:
    vs.eval(SHOW, "show")
    try:
        asked = {"prompt": "Why?", "models": ["demo/thinker"], "params": {"tokensPerSecond": 0}}
        vs.execute("antiphon.broadcastPrompt", asked)
        expect(lambda: vs.eval(ENTER), True)
        expect(lambda: vs.eval(FOLDED), True)
        picture(vs, "thinking")
    finally:
        vs.eval(SHOW, None)

"""What stands in a pane is taken with keys: copied, put into files and prompts, sent, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.model_picker import choose
from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}
CODE = "def six():\n    return 6\n"
ACTIVE = """
const editor = vscode.window.activeTextEditor;
return editor && [editor.document.languageId, editor.document.getText()];
"""
# Selects the passage, as a drag with the mouse does.
SELECT = """
const editor = vscode.window.visibleTextEditors.find(
  ({ document }) => wire(document.uri) === args[0]);
await vscode.window.showTextDocument(editor.document, { viewColumn: editor.viewColumn });
const at = editor.document.getText().lastIndexOf(args[1]);
editor.selection = new vscode.Selection(
  editor.document.positionAt(at), editor.document.positionAt(at + args[1].length));
"""


def broadcast(vs: Workbench, prompt: str, *models: str) -> list[dict[str, Any]]:
    """Asks, and returns the panes that have answered."""
    asked = {"prompt": prompt, "models": list(models), "params": FAST}
    panes = vs.execute("antiphon.broadcastPrompt", asked)["panes"]
    expect(lambda: all(prompt in (text or "") for text in vs.texts().values()), True)
    return panes


def put_cursor(vs: Workbench, pane: dict[str, Any], text: str) -> None:
    """Clicks into the last line of a pane with that text."""
    editor = vs.page.locator(f'.monaco-editor[data-uri*="{pane["id"]}"]')
    editor.locator(".view-line").filter(has_text=text).last.click()


def clipboard(vs: Workbench) -> str:
    """What was copied."""
    vs.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return vs.page.evaluate("() => navigator.clipboard.readText()")


def test_code_is_copied_inserted_and_made_a_file_with_keys(vs: Workbench) -> None:
    [echo] = broadcast(vs, f"Here:\n\n```python\n{CODE}```\n\nThat is all.", "demo/echo")
    vs.eval(
        "const [folder] = vscode.workspace.workspaceFolders;"
        "const uri = vscode.Uri.joinPath(folder.uri, 'notes.py');"
        "const editor = await vscode.window.showTextDocument(uri, { viewColumn: 2 });"
        "const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;"
        "editor.selection = new vscode.Selection(end, end);"
    )
    before = vs.eval(ACTIVE)[1]
    put_cursor(vs, echo, "return 6")
    clipboard(vs)
    vs.page.keyboard.press("Alt+Shift+C")
    vs.page.get_by_text("The block of code is copied.").wait_for()
    assert clipboard(vs) == CODE
    vs.page.keyboard.press("Alt+Shift+I")
    expect(lambda: vs.eval(ACTIVE), ["python", before + CODE])
    vs.execute("undo")
    expect(lambda: vs.eval(ACTIVE), ["python", before])
    put_cursor(vs, echo, "That is all.")
    vs.page.keyboard.press("Alt+Shift+C")
    vs.page.get_by_text("The answer is copied.").wait_for()
    assert clipboard(vs) == f"Here:\n\n```python\n{CODE}```\n\nThat is all."
    put_cursor(vs, echo, "return 6")
    vs.page.keyboard.press("Alt+Shift+N")
    expect(lambda: vs.eval(ACTIVE), ["python", CODE])
    vs.execute("workbench.action.revertAndCloseActiveEditor")


def test_a_passage_is_taken_sent_and_compared_with_keys(vs: Workbench) -> None:
    echo, poet = broadcast(vs, "Otters swim and otters sleep.", "demo/echo", "demo/poet")
    vs.eval(SELECT, echo["uri"], "otters sleep")
    vs.page.keyboard.press("Alt+Shift+S")
    expect(vs.quick_title, "Send to")
    vs.leave()
    vs.page.keyboard.press("Alt+Shift+D")
    expect(vs.quick_title, "Compare the passage with")
    picture(vs, "compare-passage")
    vs.quick_row("poet").click()
    expect(vs.diffs, ["echo ↔ poet"])
    vs.execute("workbench.action.closeActiveEditor")
    vs.eval(SELECT, echo["uri"], "otters sleep")
    vs.page.keyboard.press("Alt+Shift+T")
    expect(vs.quick_title, "Where the passage goes")
    picture(vs, "take-passage")
    vs.quick_row("Into a prompt").click()
    expect(lambda: vs.eval(ACTIVE), ["antiphon", "otters sleep\n"])
    vs.execute("workbench.action.revertAndCloseActiveEditor")
    assert poet["title"] == "poet"


def test_an_answer_comes_from_another_model_and_the_one_before_is_still_there(
    vs: Workbench,
) -> None:
    [echo] = broadcast(vs, "Say it in verse.", "demo/echo")
    put_cursor(vs, echo, "Say it in verse.")
    vs.page.keyboard.press("Alt+Shift+M")
    expect(vs.quick_title, "The model that answers in place of echo")
    vs.type_into_quick_input("demo/terse")
    vs.quick_row("terse").click()
    expect(lambda: vs.texts()[echo["uri"]].count("## terse"), 1)
    put_cursor(vs, echo, "Say it in verse.")
    vs.page.keyboard.press("Alt+Shift+H")
    expect(lambda: len(vs.diffs()), 1)
    picture(vs, "earlier-answer")
    expect(lambda: min(vs.documents("/message/"), key=len), "Say it in verse.")


def test_all_that_was_interrupted_is_asked_again_at_once(vs: Workbench) -> None:
    asked = {"prompt": "Break.", "models": ["gated/cut", "gated/s422", "demo/echo"]}
    results = vs.execute("antiphon.broadcastPrompt", asked)["results"]
    assert [entry["status"] for entry in results] == ["interrupted", "failed", "complete"]
    session = {"sessionId": vs.panes()[0]["uri"].split("/")[2]}
    vs.command("Antiphon: Regenerate All Interrupted Answers")

    before = {entry["messageId"] for entry in results}

    def kept() -> list[str]:
        opened = vs.execute("antiphon.session.open", session)["messages"]
        return [m["model"] for m in opened if m["id"] in before]

    expect(kept, ["demo/echo"])


def test_a_key_asks_from_anywhere(vs: Workbench) -> None:
    vs.command("Antiphon: Choose Models")
    choose(vs, "terse")
    vs.page.keyboard.press("Enter")
    vs.quick_input().wait_for(state="hidden")
    vs.page.keyboard.press("Alt+Shift+B")
    eventually(lambda: vs.quick_title().startswith("Broadcast"))
    vs.leave()

"""What one model said is put before others: a selection, a summary of several, one best answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}

SELECT_JS = """
const document = await vscode.workspace.openTextDocument(shown(args[0]));
const start = document.positionAt(document.getText().lastIndexOf(args[1]));
const end = document.positionAt(document.getText().lastIndexOf(args[1]) + args[1].length);
const editor = await vscode.window.showTextDocument(document, { preview: false });
editor.selection = new vscode.Selection(start, end);
"""


def broadcast(vs: Workbench, prompt: str, *models: str) -> dict[str, Any]:
    """Asks, and waits for the answers."""
    asked = {"prompt": prompt, "models": list(models), "params": FAST}
    return vs.execute("antiphon.broadcastPrompt", asked)


def test_a_selection_is_sent_as_context_and_says_where_it_is_from(vs: Workbench) -> None:
    source, target = broadcast(vs, "Pass this on.", "demo/echo", "demo/poet")["panes"]
    expect(lambda: all(text.count("Pass this on.") for text in vs.texts().values()), True)
    vs.eval(SELECT_JS, source["uri"], "Pass this on.")
    vs.command("Antiphon: Send to")
    expect(vs.quick_title, "Send to")
    vs.quick_row("poet").click()
    vs.page.keyboard.press("Enter")
    expect(vs.quick_title, "Send it as")
    picture(vs, "send-as")
    vs.quick_row("Context for later").click()
    expect(lambda: "> From echo, " in vs.texts()[target["uri"]].rpartition("## ")[2], True)
    picture(vs, "sent")
    line = len(vs.texts()[target["uri"]].rpartition("Pass this on.")[0].splitlines()) - 1
    found = vs.eval(
        "const uri = shown(args[0]); const place = new vscode.Position(args[1], 0);"
        "const there = await vscode.commands.executeCommand("
        "  'vscode.executeDefinitionProvider', uri, place);"
        "const hovers = await vscode.commands.executeCommand("
        "  'vscode.executeHoverProvider', uri, place);"
        "return [there.map((it) => wire(it.uri ?? it.targetUri)),"
        "  hovers.flatMap((it) => it.contents.map((c) => [c.value, c.isTrusted, c.supportHtml]))];",
        target["uri"],
        line,
    )
    assert found[0] == [source["uri"]]
    [[card, trusted, html]] = found[1]
    assert "demo/echo" in card
    assert not trusted
    assert not html


def test_messages_are_sent_to_a_new_model_with_a_question(vs: Workbench) -> None:
    [source] = broadcast(vs, "Judge me.", "demo/terse")["panes"]
    vs.begin("antiphon.sendAnswer", source["uri"])
    expect(vs.quick_title, "Messages to send from terse")
    vs.page.keyboard.press("Enter")
    expect(vs.quick_title, "Send to")
    vs.type_into_quick_input("demo/echo")
    vs.quick_row("demo/echo").click()
    vs.page.keyboard.press("Enter")
    vs.quick_row("Context and a question").click()
    expect(vs.quick_title, "The question that goes with it")
    vs.type_into_quick_input("Is this right?")
    vs.page.keyboard.press("Enter")
    assert vs.end()["status"] == "complete"
    expect(lambda: [pane["label"] for pane in vs.panes()], ["terse", "echo"])
    expect(lambda: "Is this right?" in vs.panes()[1]["text"], True)


def test_a_code_action_sends_a_passage_without_more_questions(vs: Workbench) -> None:
    source, target = broadcast(vs, "Take me along.", "demo/echo", "demo/poet")["panes"]
    expect(lambda: len(vs.texts()), 2)
    before = vs.texts()[target["uri"]]
    actions = vs.eval(
        "const document = await vscode.workspace.openTextDocument(shown(args[0]));"
        "const line = document.getText().split('\\n').lastIndexOf('Take me along.');"
        "const range = new vscode.Range(Math.max(line, 2), 0, Math.max(line, 2), 4);"
        "const actions = await vscode.commands.executeCommand("
        "  'vscode.executeCodeActionProvider', document.uri, range);"
        "const action = actions.find(({ title }) => title === 'Send this passage to poet');"
        "await vscode.commands.executeCommand(action.command.command, ...action.command.arguments);"
        "return actions.map(({ title }) => title);",
        source["uri"],
    )
    assert "Send this passage to poet" in actions
    expect(lambda: len(vs.texts()[target["uri"]]) > len(before), True)


def test_a_summary_streams_into_a_pane_beside_and_says_what_it_used(
    vs: Workbench, provider: FaultServer
) -> None:
    asked = broadcast(vs, "Sum us up.", "demo/terse", "demo/poet", "gated/s401")
    vs.page.locator(".tab").filter(has_text="terse").first.click()
    vs.begin("antiphon.summarizeAnswers", asked["panes"][0]["uri"])
    expect(vs.quick_title, "Answers to sum up")
    vs.page.keyboard.press("Enter")
    expect(vs.quick_title, "Sum up 3 answers")
    picture(vs, "summary-formats")
    vs.quick_row("Bullets").click()
    result = vs.end()
    assert result["coverage"]["used"] == 2
    vs.toast("used 2 of 3. Left out: s401")
    summary = result["panes"][0]["uri"]
    [column] = [pane["column"] for pane in vs.panes() if pane["uri"] == summary]
    assert column == max(pane["column"] for pane in vs.panes())
    assert [pane["uri"] for pane in vs.panes() if pane["column"] == column] == [summary]


def test_a_merge_streams_and_can_be_compared_with_what_it_came_of(
    vs: Workbench, provider: FaultServer
) -> None:
    panes = broadcast(vs, "Become one.", "demo/terse", "demo/poet")["panes"]
    given = {"paneIds": [pane["id"] for pane in panes], "model": "gated/gate-3-9"}
    vs.begin("antiphon.mergeAnswers", given)
    provider.wait_held(1)
    [merged] = eventually(lambda: [pane for pane in vs.panes() if pane["label"] == "merge"])
    expect(lambda: "t0 t1 t2 " in vs.texts()[merged["uri"]], True)
    provider.release()
    assert vs.end()["coverage"]["used"] == 2
    vs.toast("Merge: used 2 of 2.")
    picture(vs, "merged")
    [pane] = vs.end()["panes"]
    sides = {"left": {"paneId": panes[0]["id"]}, "right": {"paneId": pane["id"]}}
    assert vs.execute("antiphon.comparePanes", sides)["right"]["label"] == "merge"
    vs.begin("antiphon.followUp", merged["uri"], "Go on.")
    provider.wait_held(1)
    provider.release()
    assert vs.end()["status"] == "complete"

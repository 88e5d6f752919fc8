"""Answers beside each other: the editor's own diff, live, and what several have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}
EIGHT = ["demo/echo", "demo/poet", "demo/terse", "demo/echo"] * 2


def words(count: int) -> str:
    """What the gated provider has said after that many tokens."""
    return "".join(f"t{number} " for number in range(count))


def broadcast(vs: Workbench, prompt: str, *models: str) -> dict[str, Any]:
    """Asks, and waits for the answers."""
    asked = {"prompt": prompt, "models": list(models), "params": FAST}
    return vs.execute("antiphon.broadcastPrompt", asked)


def marks(vs: Workbench) -> int:
    """How many places of panes are marked as common or singular."""
    return vs.page.locator(".monaco-editor .view-overlays .cdr[class*='ced-']").count()


def places(vs: Workbench) -> list[tuple[str, str, int]]:
    """Which panes are where; those behind other tabs too."""
    return [(pane["uri"], pane["label"], pane["column"]) for pane in vs.panes()]


def read(vs: Workbench, panes: list[dict[str, Any]]) -> list[str]:
    """The texts of panes as the editor reads them."""
    return vs.eval(
        "const open = (uri) => vscode.workspace.openTextDocument(shown(uri));"
        "return (await Promise.all(args[0].map(open))).map((document) => document.getText())",
        [pane["uri"] for pane in panes],
    )


def test_two_panes_are_compared_while_both_still_stream(
    vs: Workbench, provider: FaultServer
) -> None:
    models = ["gated/gate-3-9", "gated/gate-5-12"]
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Which?", "models": models})
    provider.wait_held(2)
    expect(lambda: sorted(words(5) in text for text in vs.texts().values()), [False, True])
    vs.page.locator(f'.monaco-editor[data-uri*="{models[0][6:]}"] .view-lines').first.click()
    vs.command("Antiphon: Compare…")
    expect(vs.quick_title, "Compare gate-3-9 with")
    vs.quick_row("gate-5-12").click()
    expect(vs.diffs, ["gate-3-9 ↔ gate-5-12"])
    expect(lambda: sorted(vs.documents(":/message/")), [words(3), words(5)])
    vs.page.locator(".statusbar-item").filter(has_text="% alike").wait_for()
    picture(vs, "comparison-streaming")
    provider.release()
    assert vs.end()["status"] == "complete"
    expect(lambda: sorted(vs.documents(":/message/")), [words(9), words(12)])
    expect(lambda: [title.endswith("% alike") for title in vs.diffs()], [True])
    vs.page.locator(
        ".monaco-diff-editor .char-insert, .monaco-diff-editor .line-insert"
    ).first.wait_for()
    vs.command("Antiphon: Toggle Comparison")
    expect(vs.diffs, [])
    assert len(vs.panes()) == 2
    vs.command("Antiphon: Toggle Comparison")
    expect(lambda: len(vs.diffs()), 1)


def test_a_pane_with_itself_is_no_comparison(vs: Workbench) -> None:
    [pane] = broadcast(vs, "Alone.", "demo/poet")["panes"]
    side = {"paneId": pane["id"]}
    vs.begin("antiphon.comparePanes", {"left": side, "right": side})
    vs.toast("Both sides are poet.")
    assert vs.diffs() == []


def test_an_answer_is_compared_with_a_file(vs: Workbench) -> None:
    vs.eval(
        "const [folder] = vscode.workspace.workspaceFolders;"
        "await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'notes.py'));"
    )
    [pane] = broadcast(vs, "def one():\n    return 1\n", "demo/echo")["panes"]
    vs.begin("antiphon.comparePanes", pane["uri"])
    vs.quick_row("notes.py").click()
    expect(lambda: [title.startswith("echo ↔ notes.py · ") for title in vs.diffs()], [True])


def test_a_comparison_of_eight_panes_comes_back_whole_after_a_reload(vs: Workbench) -> None:
    panes = broadcast(vs, "Stay together. All of you.", *EIGHT)["panes"]
    expect(lambda: len(vs.panes()), 8)
    left, right = ({"paneId": pane["id"]} for pane in panes[:2])
    vs.execute("antiphon.comparePanes", {"left": left, "right": right})
    vs.begin("antiphon.showConsensus", panes[0]["uri"])
    expect(vs.quick_title, "Answers to look for what they have in common")
    vs.page.keyboard.press("Enter")
    assert vs.end()["compared"] == 8
    eventually(lambda: marks(vs) > 0)
    [overview] = vs.documents_in_tabs(":/consensus/")
    picture(vs, "eight-panes")
    before, diffs, texts = places(vs), vs.diffs(), read(vs, panes)
    vs.reload()
    expect(lambda: places(vs), before)
    assert vs.diffs() == diffs
    expect(lambda: read(vs, panes), texts)
    expect(lambda: vs.documents_in_tabs(":/consensus/"), [overview])
    eventually(lambda: marks(vs) > 0)
    vs.command("Antiphon: Toggle Comparison")
    expect(vs.diffs, [])
    assert len(vs.panes()) == len(before)
    vs.execute("antiphon.followUp", panes[0]["uri"], "And what does nobody else say?")
    eventually(lambda: vs.documents_in_tabs(":/consensus/") not in ([overview], []))
    vs.command("Antiphon: Hide What Answers Have in Common")
    expect(lambda: marks(vs), 0)

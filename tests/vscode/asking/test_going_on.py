"""Going on with panes by the hands: some of them, once more, with files, or not any longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}


def broadcast(vs: Workbench, prompt: str, *models: str) -> dict[str, Any]:
    """Asks, and waits for the answers."""
    asked = {"prompt": prompt, "models": list(models), "params": FAST}
    return vs.execute("antiphon.broadcastPrompt", asked)


def test_a_follow_up_goes_to_the_panes_that_are_chosen_and_no_other(vs: Workbench) -> None:
    broadcast(vs, "One.", "demo/echo", "demo/terse", "demo/poet")
    vs.command("Antiphon: Follow Up in Chosen Panes")
    vs.quick_row("terse").click()  # All are checked at first.
    expect(vs.quick_title, "Panes to go on with")
    picture(vs, "chosen-panes")
    vs.page.keyboard.press("Enter")
    vs.page.get_by_placeholder("What do you want to ask next?").wait_for()
    vs.page.keyboard.type("Two.")
    expect(lambda: "Follow up in 2 panes — 2 models · about" in vs.quick_title(), True)
    vs.page.keyboard.press("Enter")
    expect(lambda: [text.count("## You") for text in vs.texts().values()], [2, 1, 2])


def test_picked_files_go_in_front_of_the_prompt(vs: Workbench) -> None:
    vs.eval(
        "const [folder] = vscode.workspace.workspaceFolders;"
        "await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'notes.py'));"
    )
    vs.begin("antiphon.broadcastPrompt", {"models": ["demo/echo"]})
    vs.page.get_by_placeholder("What do you want to ask?").wait_for()
    vs.type_into_quick_input("What is this?")
    vs.page.get_by_role("button", name="Add files…").click()
    expect(vs.quick_title, "Files and changes to put in front of the prompt")
    vs.quick_row("notes.py").click()
    vs.page.keyboard.press("Enter")
    vs.page.get_by_text("With notes.py").wait_for()
    picture(vs, "with-files")
    vs.page.keyboard.press("Enter")
    [text] = eventually(lambda: list(vs.texts().values()))
    assert vs.end()["status"] == "complete"
    [text] = vs.texts().values()
    assert "> With notes.py" in text
    expect(lambda: "def one():\n    return 1" in next(iter(vs.texts().values())), True)


def test_the_lens_of_a_pane_asks_again(vs: Workbench) -> None:
    result = broadcast(vs, "Again.", "demo/poet")
    [message] = [entry["messageId"] for entry in result["results"]]
    vs.page.locator(".codelens-decoration a").filter(has_text="Regenerate").first.click()
    session = {"sessionId": result["panes"][0]["sessionId"]}

    def answers() -> list[bool]:
        told = vs.execute("antiphon.session.open", session)["messages"]
        return [m["id"] == message for m in told if m["role"] == "assistant"][-1:]

    expect(answers, [False])
    expect(lambda: [text.count("## poet") for text in vs.texts().values()], [1])


def test_the_status_bar_stops_all_that_stream(vs: Workbench, provider: FaultServer) -> None:
    models = ["gated/gate-5-20", "gated/gate-6-21", "gated/gate-7-22"]
    vs.begin("antiphon.broadcastPrompt", {"prompt": "All of you.", "models": models})
    provider.wait_held(3)
    expect(lambda: len(vs.panes()), 3)
    vs.page.locator(".statusbar-item").filter(has_text="0/3").click()
    assert [entry["status"] for entry in vs.end()["results"]] == ["cancelled"] * 3
    expect(lambda: ["topped" in text for text in vs.texts().values()], [True] * 3)


def test_in_a_window_of_80_columns_each_pane_can_be_read_and_its_lenses_clicked(
    vs: Workbench,
) -> None:
    size = vs.page.viewport_size
    vs.page.set_viewport_size({"width": 700, "height": 480})
    try:
        vs.execute("workbench.action.closeSidebar")
        broadcast(vs, "Narrow?", "demo/terse", "demo/poet", "demo/echo")
        lenses = vs.page.locator(".codelens-decoration a").filter(has_text="Follow up")
        expect(vs.page.locator(".monaco-editor").filter(has=lenses).count, 3)
        picture(vs, "narrow")
        lenses.last.click()
        expect(lambda: "Follow up: echo" in vs.quick_title(), True)
        picture(vs, "narrow-prompt")
    finally:
        vs.page.keyboard.press("Escape")
        vs.page.set_viewport_size(size or {"width": 1440, "height": 900})
        vs.execute("workbench.action.toggleSidebarVisibility")

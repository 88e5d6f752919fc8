"""What was said is found again, named, copied, taken elsewhere and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}


def broadcast(vs: Workbench, prompt: str, *models: str) -> dict[str, Any]:
    """Asks, and waits for the answers."""
    asked = {"prompt": prompt, "models": list(models), "params": FAST}
    return vs.execute("antiphon.broadcastPrompt", asked)


def sessions(vs: Workbench) -> list[dict[str, Any]]:
    """The sessions of the history."""
    return vs.execute("antiphon.session.list", {"limit": 100})["sessions"]


def named(vs: Workbench, title: str) -> list[dict[str, Any]]:
    """The sessions of that title."""
    return [session for session in sessions(vs) if session["title"] == title]


def test_search_opens_a_pane_at_the_line_that_fits(vs: Workbench) -> None:
    prompt = "one\n\ntwo\n\nthe pangolin sleeps\n\nthree"
    [pane] = broadcast(vs, prompt, "demo/echo")["panes"]
    vs.execute("antiphon.closePanes")
    vs.command("Antiphon: Search History")
    vs.type_into_quick_input('"unbalanced AND')
    vs.quick_row("Nothing fits.").wait_for()
    vs.type_into_quick_input("pangol* role:user")
    vs.quick_row("the «pangolin» sleeps").wait_for()
    picture(vs, "search")
    vs.quick_row("«pangolin»").click()
    expect(lambda: [entry["uri"] for entry in vs.panes()], [pane["uri"]])
    line = (
        "const editor = vscode.window.activeTextEditor;"
        "return editor?.document.lineAt(editor.selection.active.line).text"
    )
    expect(lambda: vs.eval(line), "the pangolin sleeps")


def test_results_stay_as_a_list(vs: Workbench) -> None:
    broadcast(vs, "a wombat digs", "demo/echo")
    vs.command("Antiphon: Search History")
    vs.type_into_quick_input("wombat")
    vs.quick_row("«wombat»").wait_for()
    vs.page.get_by_role("button", name="Show as a list").click()
    vs.page.get_by_role("treeitem", name="a wombat digs, demo/echo").wait_for()
    picture(vs, "search-results")


def test_a_session_is_renamed_forked_and_deleted(vs: Workbench) -> None:
    [pane] = broadcast(vs, "Name me.", "demo/terse")["panes"]
    [session] = named(vs, "Name me.")
    vs.begin("antiphon.renameSession", session)
    vs.type_into_quick_input("Named")
    vs.page.keyboard.press("Enter")
    [session] = eventually(lambda: named(vs, "Named"))
    vs.begin("antiphon.tagSession", session)
    vs.type_into_quick_input("maths, for Ada")
    vs.page.keyboard.press("Enter")
    expect(lambda: named(vs, "Named")[0]["tags"], ["maths", "for Ada"])
    vs.page.locator(f'.monaco-editor[data-uri*="{pane["id"]}"] .view-lines').first.click()
    vs.command("Antiphon: Fork Session")
    [fork] = eventually(lambda: named(vs, "Named (fork)"))
    expect(lambda: len(vs.panes()), 2)
    vs.begin("antiphon.deleteSession", fork)
    vs.dialog("Delete “Named (fork)”?").get_by_role("button", name="Cancel").click()
    vs.end()
    assert named(vs, "Named (fork)")
    vs.begin("antiphon.deleteSession", fork)
    dialog = vs.dialog("Delete “Named (fork)”?")
    picture(vs, "delete-session")
    dialog.get_by_role("button", name="Delete").click()
    vs.end()
    assert not named(vs, "Named (fork)")
    expect(lambda: [entry["uri"] for entry in vs.panes()], [pane["uri"]])


def test_a_session_is_exported_and_imported_again(vs: Workbench) -> None:
    broadcast(vs, "Travel well.", "demo/poet")
    [session] = named(vs, "Travel well.")
    file = vs.server.folder / "travel.json"
    vs.eval(
        "await vscode.commands.executeCommand('antiphon.exportSession', args[0], 'json',"
        " vscode.Uri.file(args[1]));",
        session,
        str(file),
    )
    vs.execute("antiphon.closePanes")
    vs.eval(
        "await vscode.commands.executeCommand('antiphon.importSession', vscode.Uri.file(args[0]));",
        str(file),
    )
    assert len(named(vs, "Travel well.")) == 2
    expect(lambda: ["Travel well." in text for text in vs.texts().values()], [True])
    vs.toast("was here already: there are two now.")
    vs.toasts().get_by_role("button", name="Delete This Copy").click()
    expect(lambda: len(named(vs, "Travel well.")), 1)
    expect(vs.panes, [])
    vs.eval(
        "await vscode.commands.executeCommand('antiphon.importSession', vscode.Uri.file(args[0]));",
        str(file),
    )
    assert len(named(vs, "Travel well.")) == 2
    vs.execute("notifications.clearAll")
    file.write_text('{"antiphon": "session/v9"}')
    vs.eval(
        "vscode.commands.executeCommand('antiphon.importSession', vscode.Uri.file(args[0]));",
        str(file),
    )
    vs.toasts().first.wait_for()
    assert len(named(vs, "Travel well.")) == 2


def test_a_session_is_shared_with_users_and_with_nobody_again(vs: Workbench) -> None:
    broadcast(vs, "Share me.", "demo/terse")
    [session] = named(vs, "Share me.")
    vs.begin("antiphon.shareSession", session)
    expect(vs.quick_title, "Who may read Share me.")
    vs.quick_row("Some users").click()
    expect(vs.quick_title, "Users who may read it")
    vs.type_into_quick_input("ben, cy")
    vs.page.keyboard.press("Enter")
    vs.toast("The session is shared with ben, cy.")
    vs.end()
    vs.execute("antiphon.shareSession", session, [])
    vs.toast("The session is shared with nobody.")
